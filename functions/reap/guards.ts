/** Guards of protected sites whose last site was opened, or is gone. CloudFront keeps one for as long as a distribution has it. */
import type { AccessStore } from '../../aws/table/access.ts';
import type { ViewerFunctions } from '../../aws/viewer-functions.ts';
import { guardName, guardPrefix } from '../../domain/access.ts';
import type { Deployer } from '../../domain/site.ts';

export interface GuardPorts {
  access: Pick<AccessStore, 'all'>;
  viewerFunctions: Pick<ViewerFunctions, 'list' | 'remove'>;
  deployer: Deployer;
  log: (entry: object) => void;
}

export async function reapGuards({ access, viewerFunctions, deployer, log }: GuardPorts): Promise<void> {
  // Before the sites are: a guard that is given one meanwhile is another version by then, and stays.
  const guards = await viewerFunctions.list(guardPrefix(deployer));
  if (guards.length === 0) return;
  const used = (await access.all()).flatMap(({ guard }) => [
    guardName(deployer, 'ssr', guard),
    guardName(deployer, 'static', guard),
  ]);
  for (const guard of guards.filter(({ name }) => !used.includes(name)))
    log({ level: 'info', message: 'guard reaped', guard: guard.name, removed: await viewerFunctions.remove(guard) });
}
