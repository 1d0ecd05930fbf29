/** A plain Git remote that speaks Towpath's own webhook: the embedded remote of the local cloud. */
import * as z from 'zod';
import { Commit, Repository } from '../domain/deployment.ts';
import { bearer } from './api.ts';
import type { Ignored, PullRequest } from './changes.ts';
import {
  BranchName,
  deliveryIdOf,
  ignored,
  type PullActions,
  PullNumber,
  parseBody,
  pullRequest,
  refUpdate,
} from './delivery.ts';
import { isSigned } from './signature.ts';
import type { GitHost } from './types.ts';

const PullBody = z.object({
  repository: z.object({ name: Repository.shape.name.max(512), url: Repository.shape.url.max(2048) }),
  number: PullNumber,
  action: z.string(),
  branch: BranchName,
  isFork: z.boolean().default(false),
  head: z.object({ sha: Commit.shape.sha, message: z.string() }),
});

const ACTIONS: PullActions = { opened: 'opened', updated: 'updated', closed: 'closed' };

function parsePull(deliveryId: string, json: string): PullRequest | Ignored {
  const parsed = parseBody(PullBody, json);
  if ('problem' in parsed) return ignored(parsed.problem);
  const { action, repository, head, ...about } = parsed.body;
  return pullRequest(action, ACTIONS, { deliveryId, repository: { host: 'git', ...repository }, ...about, ...head });
}

const PushBody = z.object({
  repository: z.object({ name: Repository.shape.name.max(512), url: Repository.shape.url.max(2048) }),
  ref: z.string(),
  after: Commit.shape.sha,
  headCommit: z.object({ sha: Commit.shape.sha.optional(), message: z.string() }).nullish(),
});

export const git: GitHost = {
  verify: (rawBody, headers, secret) => isSigned(rawBody, headers['x-towpath-signature'], secret),

  parsePush(headers, rawBody) {
    const event = headers['x-towpath-event'];
    if (event !== 'push' && event !== 'pull_request') return [ignored(`event "${event ?? ''}" is no push`)];
    const deliveryId = deliveryIdOf(headers, 'x-towpath-delivery');
    if (!deliveryId) return [ignored('the delivery has no usable X-Towpath-Delivery')];
    if (event === 'pull_request') return [parsePull(deliveryId, Buffer.from(rawBody).toString())];
    const parsed = parseBody(PushBody, Buffer.from(rawBody).toString());
    if ('problem' in parsed) return [ignored(parsed.problem)];
    const { repository, ref, after, headCommit } = parsed.body;
    const message = headCommit?.message ?? '';
    const told = { deliveryId, repository: { host: 'git', ...repository }, message } as const;
    return [refUpdate(ref, after, told, headCommit?.sha)];
  },

  archiveRequest: ({ url }, sha, token) => ({
    method: 'GET',
    url: `${url}/archive/${sha}.tar.gz`,
    headers: bearer(token),
  }),

  statusRequest: ({ url }, sha, status, token) => ({
    method: 'POST',
    url: `${url}/statuses/${sha}`,
    headers: { 'content-type': 'application/json', ...bearer(token) },
    body: JSON.stringify(status),
  }),
};
