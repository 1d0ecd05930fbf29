/** What of a site is beyond its app's retention. Pure. */
import type { Retention } from '../../domain/app.ts';
import type { ReleaseRecord } from '../../domain/release.ts';
import type { Site } from '../../domain/site.ts';

type Dated = Pick<ReleaseRecord, 'release' | 'createdAt'>;

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

/** The live one stays, the one before, the newest ones, and whatever is young. `releases` come newest first. */
export function beyondRetention<Release extends Dated>(
  releases: Release[],
  { liveRelease, previousRelease }: Pick<Site, 'liveRelease' | 'previousRelease'>,
  retention: Retention,
  now: Date,
): Release[] {
  const youngest = now.getTime() - retention.days * DAY_MILLISECONDS;
  return releases.filter(
    ({ release, createdAt }, index) =>
      release !== liveRelease &&
      release !== previousRelease &&
      index >= retention.releases &&
      Date.parse(createdAt) <= youngest,
  );
}

/** Numbers of a function's versions that no kept release is served by. */
export function unusedVersions(versions: { version: string; arn: string }[], kept: Pick<ReleaseRecord, 'published'>[]) {
  const used = new Set(kept.flatMap(({ published }) => Object.values(published?.functions ?? {})));
  return versions.filter(({ arn }) => !used.has(arn)).map(({ version }) => version);
}

/** Keys under `static/` that no kept release has: what its manifest calls a file is its key. */
export const unusedFiles = (keys: string[], manifests: { files: Record<string, unknown> }[]) =>
  keys.filter((key) => !manifests.some(({ files }) => Object.hasOwn(files, key)));
