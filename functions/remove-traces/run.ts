import type { z } from 'zod';
import type { Logs } from '../../aws/logs.ts';
import type { Roles } from '../../aws/roles.ts';
import type { DeploymentStore } from '../../aws/table/deployments.ts';
import { takeSiteAway } from '../../aws/table/fence.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import type { TimelineStore } from '../../aws/table/timeline.ts';
import { EDGE_LOG_REGIONS } from '../../domain/edge-regions.ts';
import type { DeployInput } from '../../domain/pipeline.ts';
import { type Deployer, EDGE_FUNCTIONS, resourceNames } from '../../domain/site.ts';
import type { StepResult } from '../../middleware/step.ts';

export interface Ports {
  roles: Pick<Roles, 'remove'>;
  logsIn: (region: string) => Pick<Logs, 'removeGroup' | 'removeStream'>;
  deployments: Pick<DeploymentStore, 'ofSite'>;
  timeline: Pick<TimelineStore, 'list'>;
  sites: Pick<SiteStore, 'takeFence' | 'get'>;
  deployer: Deployer;
}

/** Region → the log groups that the site's functions can have there. Pure. */
export function logGroupsOf(site: string, deployer: Deployer): [region: string, group: string][] {
  const { functionName } = resourceNames(deployer, site);
  const atEdge = EDGE_LOG_REGIONS.flatMap((region) =>
    EDGE_FUNCTIONS.map((name): [string, string] => [region, `/aws/lambda/us-east-1.${functionName(name)}`]),
  );
  // SmokeTest invokes the functions where they are.
  const invoked = EDGE_FUNCTIONS.map((name): [string, string] => ['us-east-1', `/aws/lambda/${functionName(name)}`]);
  return [...atEdge, ...invoked, [deployer.region, `/aws/lambda/${functionName('regeneration')}`]];
}

/** All sites' builds share a log group: a stream each. */
async function removeBuildLogs(site: string, ports: Ports): Promise<number> {
  let removed = 0;
  for (const { id } of await ports.deployments.ofSite(site, Number.POSITIVE_INFINITY)) {
    const build = (await ports.timeline.list(id)).find(({ step }) => step === 'Build');
    const { logGroup, logStream } = build?.figures ?? {};
    if (typeof logGroup !== 'string' || typeof logStream !== 'string') continue;
    if (await ports.logsIn(ports.deployer.region).removeStream(logGroup, logStream)) removed++;
  }
  return removed;
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
    logGroupsOf(site, ports.deployer).map(([region, group]) => ports.logsIn(region).removeGroup(group)),
  );
  const logGroups = groups.filter(Boolean).length;
  return { output: { logGroups }, figures: { logGroups, buildLogs: await removeBuildLogs(site, ports) } };
}
