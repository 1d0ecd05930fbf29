/** Starts a deployment's execution: of the pipeline, of the promotion of a kept release, or of a site's teardown. */
import type { Executions, Machine } from '../aws/executions.ts';
import type { ReleaseStore } from '../aws/table/releases.ts';
import type { SiteStore } from '../aws/table/sites.ts';
import { Deployment, type DeploymentRecord } from '../domain/deployment.ts';
import { type DeployInput, PIPELINE_VERSION } from '../domain/pipeline.ts';
import { noSuchRelease } from './errors.ts';
import { promoteInput } from './promotion.ts';

export interface StartPorts {
  executions: Pick<Executions, 'start' | 'arnOf'>;
  releases: Pick<ReleaseStore, 'get'>;
  sites: Pick<SiteStore, 'get'>;
}

const machineOf = ({ promotes, removes }: Pick<DeploymentRecord, 'promotes' | 'removes'>): Machine =>
  removes ? 'teardown' : promotes ? 'promote' : 'deploy';

export const executionArnOf = (
  deployment: Pick<DeploymentRecord, 'id' | 'promotes' | 'removes' | 'executionArn'>,
  executions: Pick<Executions, 'arnOf'>,
) => deployment.executionArn ?? executions.arnOf(machineOf(deployment), deployment.id);

/** Repeated, it changes nothing: an execution's name is its deployment's id. */
export async function start(record: DeploymentRecord, ports: StartPorts): Promise<void> {
  const deployment = Deployment.parse(record);
  const { promotes, reuses, rebuild, site } = record;
  if (!promotes) {
    const reused = reuses && (await ports.releases.get(site, reuses.release));
    if (reuses && !reused?.build) throw noSuchRelease(site, reuses.release);
    const input: DeployInput = {
      version: PIPELINE_VERSION,
      deployment,
      rebuild,
      ...(reused && { build: reused.build }),
    };
    await ports.executions.start(machineOf(record), record.id, input);
    return;
  }
  const [release, where] = await Promise.all([ports.releases.get(site, promotes.release), ports.sites.get(site)]);
  if (!release?.published) throw noSuchRelease(site, promotes.release);
  await ports.executions.start('promote', record.id, promoteInput(deployment, release, release.published, where));
}
