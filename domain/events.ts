/**
 * What Towpath tells the world on its EventBridge bus: one schema per event; types, parser and docs/reference/events
 * derive from it. A new field is compatible; anything else is a new EVENTS_VERSION.
 */
import * as z from 'zod';
import { Commit, DeploymentRecord } from './deployment.ts';

export const EVENTS_VERSION = 1;
export const TOWPATH_SOURCE = 'towpath';

/** Characters. An entry of PutEvents holds 256 KiB: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const MAX_COMMIT_MESSAGE = 2000;
const cut = (max: number) => (text: string) => text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '');

const deployment = DeploymentRecord.pick({
  id: true,
  app: true,
  site: true,
  number: true,
  repository: true,
  appRoot: true,
  status: true,
  createdAt: true,
  startedAt: true,
  finishedAt: true,
  executionArn: true,
  redriveCount: true,
  release: true,
  promotes: true,
  removes: true,
  preview: true,
  url: true,
  error: true,
})
  .extend({
    commit: Commit.extend({
      message: Commit.shape.message.unwrap().overwrite(cut(MAX_COMMIT_MESSAGE)).max(MAX_COMMIT_MESSAGE),
    }),
  })
  .describe('The deployment as it is recorded. Times are ISO 8601 in UTC.');

const about = z.object({ version: z.literal(EVENTS_VERSION).default(EVENTS_VERSION), deployment });

/** Detail-type → detail. */
export const EVENTS = {
  'deployment.queued': about.describe('A deployment waits, for another one of its site runs.'),
  'deployment.started': about.describe('A deployment began to run, or was replayed: then `redriveCount` is above 0.'),
  'deployment.succeeded': about.describe('A deployment is live at `deployment.url`.'),
  'deployment.step_failed': about.describe(
    'A step failed for good, after its own retries: `deployment.error` says which. `deployment.failed` follows.',
  ),
  'deployment.failed': about.describe(
    'A deployment failed; `deployment.error` says why, in which step, and what to do.',
  ),
  'deployment.superseded': about
    .extend({ by: z.string().optional().describe('The id of the newer deployment, when it is known.') })
    .describe('A newer deployment of the same site took this one’s place.'),
  'deployment.skipped': about.describe(
    'A commit changes nothing that its app is built from, so nothing was deployed: `deployment.error` says since when.',
  ),
  'deployment.aborted': about.describe('Somebody stopped a deployment.'),
  'deployment.rolled_back': about
    .extend({ restored: z.string().describe('The release that is live again.') })
    .describe('A deployment’s release was taken off its site again, and the one before is back.'),
  'regeneration.dead-lettered': about
    .extend({
      page: z.string().describe('The path of the page, without base path.'),
      generatedAt: z.iso.datetime().describe('When the copy was rendered that visitors go on getting.'),
    })
    .describe(
      'A stale page of a deployment’s release could not be rendered anew, three times; its next visitors cause other tries.',
    ),
  'domain.ready': about
    .extend({ names: z.array(z.string()).min(1).describe('The names that are new.') })
    .describe('A site answers to names of its own; `deployment` is the one that is live there.'),
  'preview.ready': about.describe(
    'The preview of pull request `deployment.preview.number` shows this commit at `deployment.url`. `deployment.succeeded` is told, too.',
  ),
  'preview.removed': about.describe(
    'The preview of pull request `deployment.preview.number` was taken away. `site.removed` is told, too.',
  ),
  'site.removed': about.describe(
    'A site was taken away with all that it owned. `deployment` did so; its commit is the last that was deployed.',
  ),
} as const;

export type EventKind = keyof typeof EVENTS;
export const EVENT_KINDS = Object.keys(EVENTS) as [EventKind, ...EventKind[]];

/** What an emitter gives; the schema leaves out what is not the event's. */
export type EventInput<Kind extends EventKind> = z.input<(typeof EVENTS)[Kind]>;

/** An event as it comes from the bus. */
export type TowpathEvent = {
  [Kind in EventKind]: { kind: Kind; id: string; time: string; detail: z.output<(typeof EVENTS)[Kind]> };
}[EventKind];

/** https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
const Envelope = z.object({
  id: z.string(),
  source: z.literal(TOWPATH_SOURCE),
  'detail-type': z.enum(EVENT_KINDS),
  time: z.iso.datetime(),
  detail: z.unknown(),
});

/** Undefined for anything that is no event of this version. */
export function parseEvent(value: unknown): TowpathEvent | undefined {
  const envelope = Envelope.safeParse(value);
  if (!envelope.success) return undefined;
  const { id, time, 'detail-type': kind, detail } = envelope.data;
  const parsed = EVENTS[kind].safeParse(detail);
  return parsed.success ? ({ kind, id, time, detail: parsed.data } as TowpathEvent) : undefined;
}
