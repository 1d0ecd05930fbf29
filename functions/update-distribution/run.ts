import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import type * as z from 'zod';
import type { ArtifactStore } from '../../aws/artifacts.ts';
import type { Distributions } from '../../aws/distributions.ts';
import type { EventSources } from '../../aws/event-sources.ts';
import { takeFence } from '../../aws/table/fence.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import { TowpathError } from '../../domain/errors.ts';
import { type DistributionUpdate, PipelineState } from '../../domain/pipeline.ts';
import { Manifest } from '../../domain/release.ts';
import { type Deployer, LIVE_ALIAS, resourceNames } from '../../domain/site.ts';
import type { StepResult } from '../../middleware/step.ts';
import { covers } from './covers.ts';
import { distributionConfig, type SharedParts } from './distribution-config.ts';
import { type GuardPorts, guardSite } from './guard.ts';

export const Input = PipelineState.pick({
  version: true,
  deployment: true,
  site: true,
  package: true,
  functions: true,
});

export interface Ports {
  distributions: Pick<Distributions, 'find' | 'update'>;
  artifacts: Pick<ArtifactStore, 'getText'>;
  sites: Pick<SiteStore, 'takeFence' | 'setLive'>;
  /** Of the control plane's Region. */
  eventSources: Pick<EventSources, 'pointAlias'>;
  deployer: Deployer;
  /** Of each pool of sites: one at least. */
  shared: SharedParts[];
  guard: GuardPorts;
}

const DISTRIBUTION_GONE = {
  code: 'DISTRIBUTION_GONE',
  fault: 'user',
  retryable: false,
  remedy: 'Somebody deleted the distribution while this deployment ran: deploy again, and it is made anew.',
} as const;

const NEWER_IS_LIVE = {
  code: 'SUPERSEDED',
  fault: 'user',
  retryable: false,
  remedy: 'Nothing is lost: a newer deployment of this site is live.',
} as const;

/** Of the pool that PrepareSite found room in: the access control tells. Pure. */
function sharedBy({ Origins }: DistributionConfig, pools: SharedParts[]): SharedParts {
  const used = Origins?.Items?.map(({ OriginAccessControlId }) => OriginAccessControlId);
  return pools.find(({ originAccessControlId }) => used?.includes(originAccessControlId)) ?? (pools[0] as SharedParts);
}

/** Points the site at the release: first the distribution, then the record of what is live. */
export async function run(
  { deployment, site, package: packaged, functions }: z.output<typeof Input>,
  ports: Ports,
): Promise<StepResult<DistributionUpdate>> {
  await takeFence(ports.sites, deployment);
  const [found, manifestText] = await Promise.all([
    ports.distributions.find(site.distributionId),
    ports.artifacts.getText(packaged.manifest),
  ]);
  if (!found) throw new TowpathError(DISTRIBUTION_GONE, `distribution ${site.distributionId} does not exist any more`);

  const guards = await guardSite(deployment.site, site.distributionId, ports.deployer, ports.guard);
  const wanted = distributionConfig(
    found.config,
    {
      release: packaged.release,
      isPreview: deployment.preview !== undefined,
      bucketDomain: `${site.bucket}.s3.${site.bucketRegion}.amazonaws.com`,
      manifest: Manifest.parse(JSON.parse(manifestText)),
      functions,
      ...(guards && { guards }),
    },
    sharedBy(found.config, ports.shared),
  );
  // First: what the first edge with the new release reports as stale must be rendered by that release.
  if (functions.regeneration !== undefined) {
    const name = resourceNames(ports.deployer, deployment.site).functionName('regeneration');
    const version = functions.regeneration.split(':').at(-1) as string;
    await ports.eventSources.pointAlias(name, LIVE_ALIAS, version);
  }
  const changed = !covers(found.config, wanted);
  if (changed) await ports.distributions.update(found.id, wanted, found.etag);

  const live = await ports.sites.setLive(deployment.site, { number: deployment.number, release: packaged.release });
  if (!live) throw new TowpathError(NEWER_IS_LIVE, `a deployment newer than number ${deployment.number} is live`);
  const { previousRelease } = live;
  return {
    output: { changed, distributionDomain: found.domain, ...(previousRelease !== undefined && { previousRelease }) },
    figures: { changed, behaviours: 1 + (wanted.CacheBehaviors?.Quantity ?? 0), ...(guards && { protected: true }) },
  };
}
