/** A plain Git remote that speaks Towpath's own webhook: the embedded remote of the local cloud. */
import { z } from 'zod';
import { Commit, Repository } from '../domain/deployment.ts';
import { bearer } from './api.ts';
import { deliveryIdOf, ignored, parseBody, refUpdate } from './delivery.ts';
import { isSigned } from './signature.ts';
import type { GitHost } from './types.ts';

const PushBody = z.object({
  repository: z.object({ name: Repository.shape.name.max(512), url: Repository.shape.url.max(2048) }),
  ref: z.string(),
  after: Commit.shape.sha,
  headCommit: z.object({ message: z.string() }).nullish(),
});

export const git: GitHost = {
  verify: (rawBody, headers, secret) => isSigned(rawBody, headers['x-towpath-signature'], secret),

  parsePush(headers, rawBody) {
    const event = headers['x-towpath-event'];
    if (event !== 'push') return [ignored(`event "${event ?? ''}" is no push`)];
    const deliveryId = deliveryIdOf(headers, 'x-towpath-delivery');
    if (!deliveryId) return [ignored('the delivery has no usable X-Towpath-Delivery')];
    const parsed = parseBody(PushBody, Buffer.from(rawBody).toString());
    if ('problem' in parsed) return [ignored(parsed.problem)];
    const { repository, ref, after, headCommit } = parsed.body;
    const message = headCommit?.message ?? '';
    return [refUpdate(ref, after, { deliveryId, repository: { host: 'git', ...repository }, message })];
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
