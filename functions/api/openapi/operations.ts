/** What each route is for, and what it answers. What it takes is known from the route itself. */
import * as z from 'zod';
import { IgnoredChange } from '../../../aws/table/ignored.ts';
import { SiteAccess } from '../../../domain/access.ts';
import { App, Notification, Retention } from '../../../domain/app.ts';
import { SiteDomains } from '../../../domain/custom-domain.ts';
import { Commit, DeploymentRecord, Repository, TimelineEntry } from '../../../domain/deployment.ts';
import { ReleaseRecord } from '../../../domain/release.ts';
import { AppSettings } from '../../../domain/settings.ts';
import { SITE_FUNCTIONS, Site } from '../../../domain/site.ts';
import { Variable } from '../../../domain/variables.ts';

export interface Operation {
  summary: string;
  answer: z.ZodType;
  /** 200 when absent. */
  status?: 201 | 202;
}

const Begun = z.enum(['started', 'waiting', 'superseded']);
const Deployment = DeploymentRecord.extend({
  timeline: z.array(TimelineEntry),
  steps: z.array(TimelineEntry.shape.step),
});
const Promoted = z.object({ deployment: z.string(), release: z.string(), status: Begun });
const Release = ReleaseRecord.pick({ release: true, number: true, createdAt: true, rendering: true }).extend({
  state: z
    .enum(['live', 'previous', 'kept', 'failed'])
    .describe('`failed`: its deployment did not pass its tests, so that no rollback takes it.'),
  commit: Commit.optional(),
});
const Replayed = z.object({
  how: z.enum(['redriven', 'promoted', 'anew']),
  deployment: z.string(),
  status: Begun.optional(),
  because: z.string().optional(),
});
const Redeployed = z.object({ deployment: z.string(), status: Begun, buildsBecause: z.string().optional() });
const Applied = z.object({
  site: z.string(),
  user: z.string(),
  deployment: z.string().optional().describe('Applies it; absent before the first deployment.'),
  status: Begun.optional(),
});
const Connected = z.object({
  app: z.string(),
  repository: Repository,
  branches: z.array(z.string()),
  deployment: z.object({ id: z.string(), site: z.string(), status: Begun }).optional(),
});
const Disconnected = z.object({
  app: z.string(),
  repository: Repository,
  hook: z.enum(['deleted', 'kept', 'left']),
  because: z.string().optional(),
});
const ShownNotification = Notification.omit({ urlParameter: true });
const ShownVariable = Variable.pick({ name: true, scope: true, secret: true, updatedAt: true });
const Token = z.object({ name: z.string(), createdAt: z.iso.datetime(), expiresAt: z.iso.datetime().optional() });
const LogLine = z.object({ time: z.int().describe('Milliseconds since 1970, UTC.'), text: z.string() });
const LogPage = z.object({
  lines: z.array(LogLine),
  next: z.string().optional().describe('Continues the log, as `from`.'),
});

/** Those that several operations share. */
export const SHARED = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries({
  App,
  Site,
  Deployment,
  DeploymentRecord,
  Repository,
  Notification: ShownNotification,
  Variable: ShownVariable,
  Token,
  TimelineEntry,
  SiteDomains,
}))
  SHARED.add(schema, { id });

const Removal = z.object({ deployment: z.string(), site: z.string(), status: Begun });
const Pushes = App.pick({
  branches: true,
  tags: true,
  tagSite: true,
  deletedBranches: true,
  previews: true,
  reuseBuilds: true,
}).extend({
  app: z.string(),
  ignored: z.array(IgnoredChange).describe('What was not deployed lately, and why; newest first.'),
});

export const OPERATIONS: Record<string, Operation> = {
  'GET /v1/openapi.json': { summary: 'This document; open to everybody.', answer: z.looseObject({}) },
  'GET /v1/apps': { summary: 'All apps.', answer: z.array(App) },
  'GET /v1/apps/{app}': { summary: 'One app.', answer: App },
  'PUT /v1/apps/{app}': {
    summary: 'Creates an app, or changes it: settings that are not given stay, variables are added to those there.',
    answer: App,
  },
  'GET /v1/apps/{app}/sites': { summary: 'The sites of an app: one for each deployed branch.', answer: z.array(Site) },
  'GET /v1/sites/{site}/deployments': {
    summary: 'The deployments of a site, newest first.',
    answer: z.array(DeploymentRecord),
  },
  'DELETE /v1/apps/{app}': {
    summary:
      'Takes an app away with all its sites: by these deployments, and for good once the last of them has ended.',
    status: 202,
    answer: Disconnected.pick({ because: true }).extend({
      hook: Disconnected.shape.hook.optional(),
      removals: z.array(Removal),
    }),
  },
  'DELETE /v1/sites/{site}': {
    summary: 'Takes a site away with all that it owns.',
    status: 202,
    answer: Removal,
  },
  'GET /v1/domains': { summary: 'The domains of all sites.', answer: z.array(SiteDomains) },
  'GET /v1/sites/{site}/domains': {
    summary: 'A site’s own domains: their status, and the DNS records that they need.',
    answer: SiteDomains,
  },
  'POST /v1/sites/{site}/domains': {
    summary: 'Gives a site domains besides those that it has, or tries failed ones again.',
    status: 202,
    answer: SiteDomains,
  },
  'DELETE /v1/sites/{site}/domains/{name}': {
    summary: 'Takes a domain from a site, with its records in the account’s zones.',
    status: 202,
    answer: SiteDomains,
  },
  'GET /v1/apps/{app}/pushes': { summary: 'What a push to the app means.', answer: Pushes },
  'PATCH /v1/apps/{app}/pushes': { summary: 'Changes what a push to the app means.', answer: Pushes },
  'GET /v1/apps/{app}/retention': { summary: 'How many releases of a site are kept.', answer: Retention },
  'PATCH /v1/apps/{app}/retention': { summary: 'Changes how many releases of a site are kept.', answer: Retention },
  'GET /v1/apps/{app}/notifications': { summary: 'Who hears of the app.', answer: z.array(ShownNotification) },
  'POST /v1/apps/{app}/notifications': {
    summary: 'Tells a chat or a program of the app. A program’s `secret` is in this answer and in no other.',
    status: 201,
    answer: ShownNotification.extend({ secret: z.string().optional() }),
  },
  'DELETE /v1/apps/{app}/notifications/{id}': { summary: 'Tells them no more.', answer: ShownNotification },
  'POST /v1/apps/{app}/connection': {
    summary: 'Connects a repository at a Git host: keeps the token, makes the webhook, deploys the first branch.',
    status: 201,
    answer: Connected,
  },
  'POST /v1/apps/{app}/connection/rotate': {
    summary: 'A webhook with a fresh secret, and a new token, if one is given.',
    answer: Connected,
  },
  'DELETE /v1/apps/{app}/connection': {
    summary: 'Lets the repository go: webhook and token are deleted, sites stay.',
    answer: Disconnected,
  },
  'GET /v1/apps/{app}/variables': { summary: 'The app’s variables, without values.', answer: z.array(ShownVariable) },
  'PUT /v1/apps/{app}/variables/{name}': { summary: 'Sets a variable.', answer: ShownVariable },
  'DELETE /v1/apps/{app}/variables/{name}': { summary: 'Unsets a variable.', answer: ShownVariable },
  'GET /v1/apps/{app}/settings': { summary: 'What is kept with the app.', answer: AppSettings },
  'PUT /v1/apps/{app}/settings': {
    summary: 'Changes what is kept with the app; parts that are not given stay.',
    answer: AppSettings,
  },
  'GET /v1/deployments/{id}': { summary: 'A deployment with its timeline.', answer: Deployment },
  'GET /v1/deployments/{id}/log': { summary: 'A page of the build’s log.', answer: LogPage },
  'GET /v1/deployments/{id}/artifacts': {
    summary: 'What the test phase of amplify.yml left; none of a deployment without one.',
    answer: z.array(z.object({ path: z.string(), bytes: z.int() })),
  },
  'GET /v1/deployments/{id}/artifacts/content': {
    summary: 'A page of such a file.',
    answer: z.object({
      content: z.base64(),
      next: z.int().optional().describe('Where the next page begins, as `from`.'),
    }),
  },
  'POST /v1/deployments/{id}/replay': {
    summary: 'Goes on from the step that failed; else a new deployment takes its place, and `because` says why.',
    status: 202,
    answer: Replayed,
  },
  'GET /v1/sites/{site}/releases': {
    summary: 'The kept releases of a site, newest first: what it can be switched to.',
    answer: z.array(Release),
  },
  'POST /v1/sites/{site}/promote': { summary: 'Switches a site to a kept release.', status: 202, answer: Promoted },
  'POST /v1/sites/{site}/rollback': {
    summary: 'Switches a site to the release that was live before.',
    status: 202,
    answer: Promoted,
  },
  'POST /v1/sites/{site}/redeploy': {
    summary: 'Deploys a site again with the settings of now; without a build where that will do.',
    status: 202,
    answer: Redeployed,
  },
  'GET /v1/sites/{site}/access': {
    summary: 'Who may see a protected site.',
    answer: SiteAccess.pick({ site: true, user: true, since: true }),
  },
  'PUT /v1/sites/{site}/access': {
    summary: 'Protects a site. A password that was made is in this answer and in no other.',
    status: 202,
    answer: Applied.extend({ password: z.string().optional() }),
  },
  'DELETE /v1/sites/{site}/access': { summary: 'Opens a site to everybody.', status: 202, answer: Applied },
  'GET /v1/sites/{site}/logs': {
    summary:
      'What the site’s functions wrote, of every Region that served, oldest first; `more` when a later `since` has more.',
    answer: z.object({
      lines: z.array(LogLine.extend({ id: z.string(), region: z.string(), function: z.enum(SITE_FUNCTIONS) })),
      more: z.boolean(),
      refused: z.array(z.string()).describe('Regions that were not read, for they are closed to the account.'),
    }),
  },
  'GET /v1/tokens': { summary: 'The named tokens of this API.', answer: z.array(Token) },
  'POST /v1/tokens': {
    summary: 'Makes a token. It is in this answer and in no other.',
    status: 201,
    answer: Token.extend({ token: z.string() }),
  },
  'DELETE /v1/tokens/{name}': { summary: 'Revokes a token.', answer: Token },
};
