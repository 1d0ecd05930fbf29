import type * as z from 'zod';
import type { Logs } from '../../aws/logs.ts';
import type { Roles } from '../../aws/roles.ts';
import { takeSiteAway } from '../../aws/table/fence.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import { allLogGroups } from '../../domain/log-groups.ts';
import type { DeployInput } from '../../domain/pipeline.ts';
import { type Deployer, resourceNames } from '../../domain/site.ts';
import type { StepResult } from '../../middleware/step.ts';

export interface Ports {
  roles: Pick<Roles, 'remove'>;
  logsIn: (region: string) => Pick<Logs, 'removeGroup' | 'removeStreams'>;
  sites: Pick<SiteStore, 'takeFence' | 'get'>;
  deployer: Deployer;
  /** Name of the log group that all builds share; their streams begin with their site's id (statemachines/deploy.asl.yml). */
  buildLogGroup: string;
}

/** Its roles, and the logs of its functions and builds: nothing uses or writes them any more. */
export async function run(
  { deployment }: z.output<typeof DeployInput>,
  ports: Ports,
): Promise<StepResult<{ logGroups: number }>> {
  const { site } = deployment;
  await takeSiteAway(ports.sites, deployment);
  const { functionRole, buildRole } = resourceNames(ports.deployer, site);
  await Promise.all([ports.roles.remove(functionRole), ports.roles.remove(buildRole)]);
  const groups = await Promise.all(
    allLogGroups(ports.deployer, site).map(({ region, group }) => ports.logsIn(region).removeGroup(group)),
  );
  const logGroups = groups.filter(Boolean).length;
  const buildLogs = await ports.logsIn(ports.deployer.region).removeStreams(ports.buildLogGroup, `${site}/`);
  return { output: { logGroups }, figures: { logGroups, buildLogs } };
}
