/** A plain Git remote that speaks Towpath's own webhook: the embedded remote of the local cloud. */
import { z } from 'zod';
import { Commit, Repository } from '../domain/deployment.ts';
import { branchOf, ignored, isNoCommit, parseBody } from './delivery.ts';
import { isSigned } from './signature.ts';
import type { GitHost } from './types.ts';

const PushBody = z.object({
  repository: Repository.pick({ name: true, url: true }),
  ref: z.string(),
  after: Commit.shape.sha,
  headCommit: z.object({ message: z.string() }).nullish(),
});

const authorization = (token?: string): Record<string, string> => (token ? { authorization: `Bearer ${token}` } : {});

export const git: GitHost = {
  verify: (rawBody, headers, secret) => isSigned(rawBody, headers['x-towpath-signature'], secret),

  parsePush(headers, rawBody) {
    const event = headers['x-towpath-event'];
    if (event !== 'push') return ignored(`event "${event ?? ''}" is no push`);
    const deliveryId = headers['x-towpath-delivery'];
    if (!deliveryId) return ignored('the delivery has no X-Towpath-Delivery');
    const parsed = parseBody(PushBody, Buffer.from(rawBody).toString());
    if ('problem' in parsed) return ignored(parsed.problem);
    const { repository, ref, after, headCommit } = parsed.body;
    const branch = branchOf(ref);
    if (!branch) return ignored(`${ref} is no branch`);
    if (isNoCommit(after)) return ignored(`branch ${branch} was deleted`);
    return {
      kind: 'push',
      deliveryId,
      repository: { host: 'git', ...repository },
      branch,
      sha: after,
      message: headCommit?.message ?? '',
    };
  },

  archiveRequest: ({ url }, sha, token) => ({
    method: 'GET',
    url: `${url}/archive/${sha}.tar.gz`,
    headers: authorization(token),
  }),

  statusRequest: ({ url }, sha, status, token) => ({
    method: 'POST',
    url: `${url}/statuses/${sha}`,
    headers: { 'content-type': 'application/json', ...authorization(token) },
    body: JSON.stringify(status),
  }),
};
