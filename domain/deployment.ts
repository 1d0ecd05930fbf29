import * as z from 'zod';
import { AppId, Preview, SiteId } from './site.ts';

/** The pipeline's states, in their order: the names of the states, of the folders in `functions/`, and of the timeline. */
export const STEPS = [
  'Detect',
  'PrepareSite',
  'Build',
  'Package',
  'PublishFunctions',
  'SmokeTest',
  'UpdateDistribution',
  'AwaitDistribution',
  'Invalidate',
  'Verify',
] as const;
/** The states of statemachines/promote.asl.yml: a kept release is switched to, without a build. */
export const PROMOTION_STEPS = [
  'SmokeTest',
  'UpdateDistribution',
  'AwaitDistribution',
  'Invalidate',
  'Verify',
] as const;

/** The states of a deployment that takes the build of a kept release: its settings are what is new. */
const REUSE_STEPS = STEPS.filter((step) => step !== 'Detect' && step !== 'Build');

/** The states of statemachines/teardown.asl.yml: all that a site owns is taken away. */
export const TEARDOWN_STEPS = [
  'RemoveDistribution',
  'SettleDomains',
  'RemoveFunctions',
  'RemoveFiles',
  'RemoveTraces',
  'ForgetSite',
] as const;

/** Every step that a timeline can have, in the order of each machine. */
export const ALL_STEPS = [...STEPS, ...TEARDOWN_STEPS] as const;
export type StepName = (typeof ALL_STEPS)[number];

/** `skipped`: there was nothing to deploy. */
export const DEPLOYMENT_STATUSES = [
  'queued',
  'running',
  'succeeded',
  'failed',
  'superseded',
  'aborted',
  'skipped',
] as const;
export type DeploymentStatus = (typeof DEPLOYMENT_STATUSES)[number];
export const isFinal = (status: DeploymentStatus) => status !== 'queued' && status !== 'running';

export const GIT_HOSTS = ['git', 'github', 'gitlab', 'bitbucket', 'gitea'] as const;
export const GitHostKind = z.enum(GIT_HOSTS);
export type GitHostKind = z.infer<typeof GitHostKind>;

/** A repository at a Git host. `url` is where its archive and API are reached, without credentials. */
export const Repository = z.object({ host: GitHostKind, name: z.string().min(1), url: z.url() });
export type Repository = z.infer<typeof Repository>;

export const Commit = z.object({
  sha: z.string().regex(/^[0-9a-f]{40,64}$/),
  branch: z.string().min(1),
  message: z.string().default(''),
});
export type Commit = z.infer<typeof Commit>;

/** The identity of one run of the pipeline; it travels unchanged through every state. */
export const Deployment = z.object({
  id: z.ulid(),
  app: AppId,
  site: SiteId,
  /** Position in the site's sequence, from 1: the fence against older deployments. */
  number: z.int().positive(),
  repository: Repository,
  commit: Commit,
  /** Folder of the app inside the repository, `.` for its root. */
  appRoot: z.string().default('.'),
  /** The pull request that it shows. */
  preview: Preview.optional(),
});
export type Deployment = z.infer<typeof Deployment>;

/** What is remembered of a deployment. Times are ISO 8601 in UTC. */
export const DeploymentRecord = Deployment.extend({
  status: z.enum(DEPLOYMENT_STATUSES),
  createdAt: z.iso.datetime(),
  /** When the push, or the deletion of the branch, came; absent for what a person asked for. */
  announcedAt: z.iso.datetime().optional(),
  startedAt: z.iso.datetime().optional(),
  finishedAt: z.iso.datetime().optional(),
  executionArn: z.string().optional(),
  /** How often the execution was replayed from the state that failed. */
  redriveCount: z.int().nonnegative().default(0),
  /** The release it made or promoted; promote and rollback switch to it. */
  release: z.string().optional(),
  /** Set when nothing is built: the kept release that the site is switched to. */
  promotes: z
    .object({
      release: z.string(),
      /** The deployment whose Verify failed: this one brings the release before it back by itself. */
      insteadOf: z.string().optional(),
    })
    .optional(),
  /** Set when it is built even if the same was built before. */
  rebuild: z.literal(true).optional(),
  /** Set when the build of a kept release is packaged anew, with the settings of now. */
  reuses: z.object({ release: z.string() }).optional(),
  /** Set when nothing is built either: the site is taken away, and all that it owns. */
  removes: z.literal(true).optional(),
  url: z.string().optional(),
  /** Why it did not succeed, and in which step. */
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      remedy: z.string().optional(),
      step: z.enum(ALL_STEPS).optional(),
    })
    .optional(),
});
export type DeploymentRecord = z.infer<typeof DeploymentRecord>;

/** The states that a deployment goes through, in their order. */
export function stepsOf({
  promotes,
  reuses,
  removes,
}: Pick<DeploymentRecord, 'promotes' | 'reuses' | 'removes'>): readonly StepName[] {
  if (removes) return TEARDOWN_STEPS;
  if (promotes) return PROMOTION_STEPS;
  return reuses ? REUSE_STEPS : STEPS;
}

/** What is live once the deployment has succeeded. A release has the id of the deployment that made it. */
export const releaseOf = ({ id, promotes }: Pick<DeploymentRecord, 'id' | 'promotes'>) => promotes?.release ?? id;

/** One line of a deployment's timeline. Times are ISO 8601 in UTC. */
export const TimelineEntry = z.object({
  step: z.enum(ALL_STEPS),
  status: z.enum(['running', 'succeeded', 'failed']),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
  /** What the step counted: bytes, files, versions, paths. */
  figures: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string().optional() }).optional(),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;
