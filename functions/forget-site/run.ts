import type * as z from 'zod';
import type { AccessStore } from '../../aws/table/access.ts';
import type { DeploymentStore } from '../../aws/table/deployments.ts';
import { takeSiteAway } from '../../aws/table/fence.ts';
import type { ReleaseStore } from '../../aws/table/releases.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import type { DeployInput } from '../../domain/pipeline.ts';
import type { StepResult } from '../../middleware/step.ts';

export interface Ports {
  sites: Pick<SiteStore, 'takeFence' | 'get' | 'forget'>;
  deployments: Pick<DeploymentStore, 'ofSite' | 'forget'>;
  releases: Pick<ReleaseStore, 'forgetAll'>;
  access: Pick<AccessStore, 'remove'>;
}

/** The site's record goes last: until then whoever is interrupted finds it again. Newer deployments stay. */
export async function run(
  { deployment }: z.output<typeof DeployInput>,
  ports: Ports,
): Promise<StepResult<{ forgotten: boolean }>> {
  const { id, site, number } = deployment;
  // An earlier attempt got this far, and its answer was lost.
  if (!(await ports.sites.get(site))) return { output: { forgotten: true } };
  await takeSiteAway(ports.sites, deployment);
  const all = await ports.deployments.ofSite(site, Number.POSITIVE_INFINITY);
  const older = all.filter((one) => one.id !== id && one.number <= number);
  for (const one of older) await ports.deployments.forget(one.id);
  await ports.releases.forgetAll(site);
  await ports.access.remove(site);
  const end = await ports.sites.forget(site, id);
  return { output: { forgotten: end === 'forgotten' }, figures: { deployments: older.length, site: end } };
}
