/** The viewer functions at the door of a protected site. They are shared: one knows the passwords of many sites, as hashes. */
import type { AccessStore } from '../../aws/table/access.ts';
import type { ViewerFunctions } from '../../aws/viewer-functions.ts';
import { type GuardTable, guardName, guardTable } from '../../domain/access.ts';
import type { Deployer } from '../../domain/site.ts';
import type { GuardArns } from './distribution-config.ts';

export interface GuardPorts {
  access: Pick<AccessStore, 'get' | 'all' | 'setDistribution'>;
  functions: Pick<ViewerFunctions, 'put'>;
  /** What Verify's own password follows from. */
  secret: () => Promise<string>;
  /** The code, with TOWPATH_ACCESS where its table belongs. */
  template: (kind: keyof GuardArns) => Promise<string>;
}

const PLACE = 'TOWPATH_ACCESS';

export function fillGuard(template: string, table: GuardTable): string {
  if (!template.includes(PLACE)) throw new Error(`the guard's code has no ${PLACE}`);
  return template.replace(PLACE, () => JSON.stringify(table));
}

/** Publishes what the site's guards have to know, before the distribution is told of them. Undefined for an open site. */
export async function guardSite(
  site: string,
  distributionId: string,
  deployer: Deployer,
  { access, functions, secret, template }: GuardPorts,
): Promise<GuardArns | undefined> {
  const found = await access.get(site);
  if (!found) return undefined;
  if (found.distributionId !== distributionId) await access.setDistribution(site, distributionId);
  const publish = async (kind: keyof GuardArns) => {
    const name = guardName(deployer, kind, found.guard);
    await functions.put(name, async () =>
      fillGuard(await template(kind), guardTable(await access.all(), found.guard, await secret())),
    );
    return `arn:aws:cloudfront::${deployer.accountId}:function/${name}`;
  };
  const [ssr, fixed] = await Promise.all([publish('ssr'), publish('static')]);
  return { ssr, static: fixed };
}
