/** Switching a site to a kept release: what is recorded, what the state machine begins with, and when it happens. Pure. */
import { createHash } from 'node:crypto';
import type { Deployment, DeploymentRecord } from '../domain/deployment.ts';
import { releaseOf } from '../domain/deployment.ts';
import { PIPELINE_VERSION, type PromoteInput } from '../domain/pipeline.ts';
import type { ReleaseRecord } from '../domain/release.ts';
import type { Site } from '../domain/site.ts';

/** `where`: the site's distribution may have been made anew since the release was published. */
export function promoteInput(
  deployment: Deployment,
  release: ReleaseRecord,
  published: NonNullable<ReleaseRecord['published']>,
  where: Pick<Site, 'distributionId' | 'distributionDomain'> | undefined,
): PromoteInput {
  return {
    version: PIPELINE_VERSION,
    deployment,
    site: {
      ...published.site,
      distributionId: where?.distributionId ?? published.site.distributionId,
      distributionDomain: where?.distributionDomain ?? published.site.distributionDomain,
    },
    package: {
      release: release.release,
      rendering: release.rendering,
      manifest: release.manifest,
      functions: release.functions.map(({ contentSha256: _, ...packaged }) => packaged),
    },
    functions: published.functions,
  };
}

/** The deployment that made a release, as a deployment that promotes it. */
export function promotionRecord(
  made: DeploymentRecord,
  { id, number, createdAt, insteadOf }: { id: string; number: number; createdAt: string; insteadOf?: string },
): DeploymentRecord {
  const { app, site, repository, commit, appRoot, preview } = made;
  return {
    id,
    app,
    site,
    number,
    repository,
    commit,
    appRoot,
    preview,
    status: 'queued',
    createdAt,
    redriveCount: 0,
    promotes: { release: releaseOf(made), ...(insteadOf !== undefined && { insteadOf }) },
  };
}

const ENDED_OTHERWISE = ['ROLLED_BACK', 'SITE_BUSY', 'SUPERSEDED'];

/**
 * The release to bring back by itself when a deployment failed: the site serves what did not pass Verify. What brings a
 * release back is never rolled back itself, or two broken releases would take turns.
 */
export function releaseToRestore(
  failed: Pick<DeploymentRecord, 'id' | 'status' | 'error' | 'promotes'>,
  site: Pick<Site, 'liveRelease' | 'previousRelease' | 'verifiedDeployment'>,
): string | undefined {
  const { status, error, promotes } = failed;
  if (status !== 'failed' || error?.step !== 'Verify' || ENDED_OTHERWISE.includes(error.code)) return undefined;
  if (
    promotes?.insteadOf !== undefined ||
    site.verifiedDeployment === failed.id ||
    site.liveRelease !== releaseOf(failed)
  )
    return undefined;
  return site.previousRelease === site.liveRelease ? undefined : site.previousRelease;
}

/** What `rollback` may switch to, best first: the release before, then older ones that are kept. */
export const rollbackCandidates = (site: Pick<Site, 'liveRelease' | 'previousRelease'>, kept: ReleaseRecord[]) => {
  const { liveRelease = '', previousRelease } = site;
  const older = kept.filter(({ release, published }) => published && release < liveRelease);
  const candidates = [previousRelease, ...older.map(({ release }) => release)];
  return [...new Set(candidates)].filter((release) => release !== undefined && release !== liveRelease) as string[];
};

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ulid of that time which is the same however often it is asked for: what follows an event happens once. */
export function ulidAfter(at: Date, ...cause: (string | number)[]): string {
  let time = at.getTime();
  let id = '';
  for (let place = 0; place < 10; place++) {
    id = CROCKFORD[time % 32] + id;
    time = Math.floor(time / 32);
  }
  const hash = createHash('sha256').update(cause.join('/')).digest();
  return id + [...hash.subarray(0, 16)].map((byte) => CROCKFORD[byte % 32]).join('');
}
