import { createHash } from 'node:crypto';
import type * as z from 'zod';
import type { ArtifactStore } from '../../aws/artifacts.ts';
import type { Distributions } from '../../aws/distributions.ts';
import type { ReleaseStore } from '../../aws/table/releases.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import { TowpathError } from '../../domain/errors.ts';
import { PipelineState } from '../../domain/pipeline.ts';
import { Manifest, type ReleaseRecord } from '../../domain/release.ts';
import type { StepResult } from '../../middleware/step.ts';
import { changedPaths, type ReleaseContent } from './changed-paths.ts';

export const Input = PipelineState.pick({ version: true, deployment: true, site: true, package: true, update: true });

interface InvalidationResult {
  id?: string;
  paths: number;
}

export interface Ports {
  distributions: Pick<Distributions, 'invalidate' | 'invalidation'>;
  sites: Pick<SiteStore, 'get' | 'setInvalidated'>;
  releases: Pick<ReleaseStore, 'get'>;
  artifacts: Pick<ArtifactStore, 'getText'>;
  sleep: (milliseconds: number) => Promise<unknown>;
}

/** The state machine's Retry on this name goes on waiting; the CallerReference finds the same invalidation again. */
const INVALIDATION_IN_PROGRESS = {
  code: 'InvalidationInProgress',
  fault: 'provider',
  retryable: true,
  remedy: 'CloudFront is still clearing its caches: the step waits by itself; replay the deployment if it gave up.',
} as const;

const POLLS = 20;
const POLL_MILLISECONDS = [100, 200, 400, 800];
const LAST_POLL_MILLISECONDS = 1500;

async function content(record: ReleaseRecord | undefined, ports: Ports): Promise<ReleaseContent | undefined> {
  if (!record) return undefined;
  const manifest = Manifest.parse(JSON.parse(await ports.artifacts.getText(record.manifest)));
  const functionContents = Object.fromEntries(record.functions.map(({ name, contentSha256 }) => [name, contentSha256]));
  return { manifest, functionContents };
}

/** Whether the CDN may keep pages of releases that were live before the one before: a deployment failed in between. */
async function hasOlder({ deployment, package: packaged, update }: z.output<typeof Input>, { sites }: Ports) {
  if (update.previousRelease === undefined) return false;
  const cleared = (await sites.get(deployment.site))?.invalidatedRelease;
  // The second is this step's own word, where its answer was lost.
  return cleared !== update.previousRelease && cleared !== packaged.release;
}

async function pathsOf(input: z.output<typeof Input>, ports: Ports): Promise<string[]> {
  const { deployment, package: packaged, update } = input;
  const { site } = deployment;
  if (await hasOlder(input, ports)) return ['/*'];
  const [before, after] = await Promise.all([
    update.previousRelease === undefined ? undefined : ports.releases.get(site, update.previousRelease),
    ports.releases.get(site, packaged.release),
  ]);
  const [old, now] = await Promise.all([content(before, ports), content(after, ports)]);
  // What the release before held is not known any more: anything may have changed.
  if (!now || (update.previousRelease !== undefined && !old)) return ['/*'];
  return changedPaths(old, now);
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html: 15 wildcards at a time. */
async function begun(distributionId: string, reference: string, paths: string[], { distributions }: Ports) {
  try {
    return await distributions.invalidate(distributionId, reference, paths);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'TooManyInvalidationsInProgress') throw error;
    const message = `${distributionId} has as many invalidations in progress as CloudFront takes`;
    throw new TowpathError(INVALIDATION_IN_PROGRESS, message, { cause: error });
  }
}

async function completed(distributionId: string, id: string, ports: Ports): Promise<boolean> {
  for (let poll = 0; poll < POLLS; poll++) {
    await ports.sleep(POLL_MILLISECONDS[poll] ?? LAST_POLL_MILLISECONDS);
    if ((await ports.distributions.invalidation(distributionId, id)).completed) return true;
  }
  return false;
}

async function cleared(
  { deployment, site: { distributionId } }: z.output<typeof Input>,
  paths: string[],
  ports: Ports,
): Promise<string> {
  const hash = createHash('sha256').update(paths.join('\n')).digest('hex').slice(0, 16);
  const made = await begun(distributionId, `${deployment.id}-${hash}`, paths, ports);
  if (made.completed || (await completed(distributionId, made.id, ports))) return made.id;
  throw new TowpathError(INVALIDATION_IN_PROGRESS, `invalidation ${made.id} of ${distributionId} is still in progress`);
}

/** Clears what the release changed from CloudFront's caches, and waits until it is gone. */
export async function run(input: z.output<typeof Input>, ports: Ports): Promise<StepResult<InvalidationResult>> {
  const paths = await pathsOf(input, ports);
  const id = paths.length > 0 ? await cleared(input, paths, ports) : undefined;
  await ports.sites.setInvalidated(input.deployment.site, input.package.release);
  if (id === undefined) return { output: { paths: 0 }, figures: { paths: 0 } };
  return {
    output: { id, paths: paths.length },
    figures: { paths: paths.length, first: paths.slice(0, 10).join(' ') },
  };
}
