import { createHash } from 'node:crypto';
import type * as z from 'zod';
import type { ArtifactStore } from '../../aws/artifacts.ts';
import type { Distributions } from '../../aws/distributions.ts';
import type { ReleaseStore } from '../../aws/table/releases.ts';
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

async function pathsOf({ deployment, package: packaged, update }: z.output<typeof Input>, ports: Ports) {
  const { site } = deployment;
  const [before, after] = await Promise.all([
    update.previousRelease === undefined ? undefined : ports.releases.get(site, update.previousRelease),
    ports.releases.get(site, packaged.release),
  ]);
  const [old, now] = await Promise.all([content(before, ports), content(after, ports)]);
  // What the release before held is not known any more: anything may have changed.
  if (!now || (update.previousRelease !== undefined && !old)) return ['/*'];
  return changedPaths(old, now);
}

async function completed(distributionId: string, id: string, ports: Ports): Promise<boolean> {
  for (let poll = 0; poll < POLLS; poll++) {
    await ports.sleep(POLL_MILLISECONDS[poll] ?? LAST_POLL_MILLISECONDS);
    if ((await ports.distributions.invalidation(distributionId, id)).completed) return true;
  }
  return false;
}

/** Clears what the release changed from CloudFront's caches, and waits until it is gone. */
export async function run(input: z.output<typeof Input>, ports: Ports): Promise<StepResult<InvalidationResult>> {
  const { distributionId } = input.site;
  const paths = await pathsOf(input, ports);
  if (paths.length === 0) return { output: { paths: 0 }, figures: { paths: 0 } };

  const hash = createHash('sha256').update(paths.join('\n')).digest('hex').slice(0, 16);
  const made = await ports.distributions.invalidate(distributionId, `${input.deployment.id}-${hash}`, paths);
  if (!made.completed && !(await completed(distributionId, made.id, ports))) {
    throw new TowpathError(
      INVALIDATION_IN_PROGRESS,
      `invalidation ${made.id} of ${distributionId} is still in progress`,
    );
  }
  return {
    output: { id: made.id, paths: paths.length },
    figures: { paths: paths.length, first: paths.slice(0, 10).join(' ') },
  };
}
