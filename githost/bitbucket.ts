/** Bitbucket Cloud. https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/#Push */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Commit } from '../domain/deployment.ts';
import { shortened } from './api.ts';
import { bitbucketApiOf, bitbucketAuthorization } from './bitbucket-api.ts';
import { bitbucketCalls } from './bitbucket-calls.ts';
import { parsePull } from './bitbucket-pulls.ts';
import type { Deletion, Push } from './changes.ts';
import { deliveryIdOf, ignored, parseBody, RepositoryName, tagUpdate, WebUrl } from './delivery.ts';
import { isSigned } from './signature.ts';
import type { CommitStatus, GitHost } from './types.ts';

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses/ */
const MAX_KEY = 40;
const MAX_DESCRIPTION = 255;

const Ref = z.object({ type: z.string(), name: z.string() });

const Change = z.object({
  /** Null when the ref was deleted. `hash` is the head, however the ref came there. */
  new: Ref.extend({
    target: z.object({ hash: Commit.shape.sha, message: z.string().optional().catch(undefined) }),
  }).nullish(),
  old: Ref.nullish(),
});

const PushBody = z.object({
  repository: z.object({ full_name: RepositoryName, links: z.object({ html: z.object({ href: WebUrl }) }) }),
  push: z.object({ changes: z.array(Change) }),
});

const STATES: Record<CommitStatus['state'], string> = {
  pending: 'INPROGRESS',
  success: 'SUCCESSFUL',
  failure: 'FAILED',
  error: 'STOPPED',
};

function refChange(
  { new: now, old }: z.infer<typeof Change>,
  about: Omit<Push, 'kind' | 'branch' | 'sha' | 'message'>,
) {
  const { deliveryId, repository } = about;
  if (!now && old?.type === 'branch')
    return { kind: 'deletion', deliveryId, repository, branch: old.name } satisfies Deletion;
  if (!now) return ignored(`${old?.type ?? 'ref'} ${old?.name ?? ''} was deleted`);
  const { hash, message = '' } = now.target;
  if (now.type === 'tag') return tagUpdate(now.name, hash, { ...about, message });
  if (now.type !== 'branch') return ignored(`${now.type} ${now.name} is neither branch nor tag`);
  return { kind: 'push', ...about, branch: now.name, sha: hash, message } satisfies Push;
}

/** Statuses with one key replace each other. */
const keyOf = (context: string) =>
  context.length <= MAX_KEY ? context : createHash('sha256').update(context).digest('hex').slice(0, MAX_KEY);

export const bitbucket: GitHost = {
  verify: (rawBody, headers, secret) => isSigned(rawBody, headers['x-hub-signature'], secret),

  parsePush(headers, rawBody) {
    const event = headers['x-event-key'];
    const isPull = event?.startsWith('pullrequest:') ?? false;
    if (event !== 'repo:push' && !isPull) return [ignored(`event "${event ?? ''}" is no push`)];
    const deliveryId = deliveryIdOf(headers, 'x-request-uuid');
    if (!deliveryId) return [ignored('the delivery has no usable X-Request-UUID')];
    if (isPull) return [parsePull(String(event), deliveryId, Buffer.from(rawBody).toString())];
    const parsed = parseBody(PushBody, Buffer.from(rawBody).toString());
    if ('problem' in parsed) return [ignored(parsed.problem)];
    const { full_name, links } = parsed.body.repository;
    const repository = { host: 'bitbucket', name: full_name, url: links.html.href } as const;
    const changes = parsed.body.push.changes.map((change) => refChange(change, { deliveryId, repository }));
    return changes.length > 0 ? changes : [ignored('the push changes no ref')];
  },

  /** The API has no archives, the site has. https://support.atlassian.com/bitbucket-cloud/kb/how-to-download-repositories-using-the-api/ */
  archiveRequest: ({ name, url }, sha, token) => ({
    method: 'GET',
    url: `${new URL(url).origin}/${name}/get/${sha}.tar.gz`,
    headers: bitbucketAuthorization(token),
  }),

  statusRequest: (repository, sha, { state, context, description, targetUrl }, token) => ({
    method: 'POST',
    url: `${bitbucketApiOf(repository)}/commit/${sha}/statuses/build`,
    headers: { 'content-type': 'application/json', ...bitbucketAuthorization(token) },
    body: JSON.stringify({
      state: STATES[state],
      key: keyOf(context),
      name: context,
      description: shortened(description, MAX_DESCRIPTION),
      /** Required, so a status without a page of its own leads to the commit. */
      url: targetUrl ?? `${repository.url}/commits/${sha}`,
    }),
  }),

  calls: bitbucketCalls,
};
