import * as z from 'zod';
import { Repository } from './deployment.ts';
import { EVENT_KINDS, type EventKind } from './events.ts';
import { AppId } from './site.ts';

export const NOTIFICATION_KINDS = ['slack', 'teams', 'discord', 'webhook'] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** News to who asks for them, noise to everybody else: another event says the same, or follows soon. */
export const QUIET_EVENTS: readonly EventKind[] = [
  'deployment.queued',
  'deployment.step_failed',
  'deployment.skipped',
  'preview.ready',
  'preview.removed',
];

/** Somewhere that hears of an app's deployments. */
export const Notification = z.object({
  id: z.string().regex(/^[a-z0-9]{1,26}$/),
  kind: z.enum(NOTIFICATION_KINDS),
  /** Name of the SSM SecureString that holds the URL, and a webhook's secret: who knows them can post, so they are nowhere else. */
  urlParameter: z.string().min(1),
  /** Only these branches, or what matches these patterns; all of them when absent. */
  branches: z.array(z.string().min(1)).min(1).optional(),
  /** Only these events; all but {@link QUIET_EVENTS} when absent. */
  events: z.array(z.enum(EVENT_KINDS)).min(1).optional(),
  /** Why the last message was given up, until one arrives. */
  problem: z.object({ message: z.string(), since: z.iso.datetime() }).optional(),
});
export type Notification = z.infer<typeof Notification>;

export const DELETED_BRANCHES = ['keep', 'remove'] as const;
export const PREVIEWS = ['off', 'own', 'all'] as const;

/** What of a site's past is kept: so many releases, and whatever is younger than so many days. */
export const Retention = z.object({
  releases: z.int().min(1).max(1000),
  days: z.int().min(0).max(3650),
});
export type Retention = z.infer<typeof Retention>;

/** A connected repository, and the folder of the app inside it, with its settings. */
export const App = z.object({
  id: AppId,
  repository: Repository,
  /** Folder of the app inside the repository, `.` for its root. */
  appRoot: z.string().default('.'),
  /** Branches that are deployed, or patterns of them (domain/branch-pattern.ts); a push to another one is ignored. */
  branches: z.array(z.string().min(1)).default(['main']),
  /** Tags that are deployed, or patterns of them: all of them to one site. */
  tags: z.array(z.string().min(1)).default([]),
  /** What that site is called by, as others are by their branch. */
  tagSite: z.string().min(1).default('tags'),
  /** What becomes of a site whose branch was deleted. */
  deletedBranches: z.enum(DELETED_BRANCHES).default('keep'),
  /** Pull requests that get a site of their own: none, those of the repository itself, those of forks too. */
  previews: z.enum(PREVIEWS).default('off'),
  /** Whether a commit whose tree was built before with the same settings takes that build. */
  reuseBuilds: z.boolean().default(true),
  retention: Retention.default({ releases: 10, days: 30 }),
  /** Name of the SSM SecureString that holds the token for the Git host's API, which is never stored here. */
  gitTokenParameter: z.string().optional(),
  /** What its Git host says no to since then, and what to do; gone once the host says yes again. */
  gitProblem: z
    .object({ code: z.string(), message: z.string(), remedy: z.string(), since: z.iso.datetime() })
    .optional(),
  /** Since then no push to its repository is for this app; its sites stay. */
  disconnectedAt: z.iso.datetime().optional(),
  notifications: z.array(Notification).default([]),
  createdAt: z.iso.datetime(),
  /** Set when it is being taken away, and all its sites: nothing of it is deployed any more. */
  removingSince: z.iso.datetime().optional(),
});
export type App = z.infer<typeof App>;
