/** Gitea and Forgejo, which speak alike. https://docs.gitea.com/usage/repository/webhooks, https://forgejo.org/docs/latest/user/webhooks/ */
import * as z from 'zod';
import { Commit } from '../domain/deployment.ts';
import { bearer } from './api.ts';
import { deliveryIdOf, ignored, parseBody, RepositoryName, refUpdate, WebUrl } from './delivery.ts';
import { giteaApiOf, giteaCalls } from './gitea-calls.ts';
import { parsePull } from './github-pulls.ts';
import { isSigned } from './signature.ts';
import type { GitHost, Headers } from './types.ts';

const PushBody = z.object({
  ref: z.string(),
  after: Commit.shape.sha,
  repository: z.object({ full_name: RepositoryName, html_url: WebUrl }),
  head_commit: z
    .object({ id: Commit.shape.sha.optional().catch(undefined), message: z.string() })
    .nullish()
    .catch(undefined),
});

/** Forgejo sends its own headers and Gitea's. */
const headerOf = (headers: Headers, name: string) => headers[`x-gitea-${name}`] ?? headers[`x-forgejo-${name}`];

export const gitea: GitHost = {
  verify: (rawBody, headers, secret) => isSigned(rawBody, headerOf(headers, 'signature'), secret, ''),

  parsePush(headers, rawBody) {
    const event = headerOf(headers, 'event');
    // Gitea has a word of its own for pushes to a pull request, in another header too.
    const isPull = event === 'pull_request' || event === 'pull_request_sync';
    if (event !== 'push' && !isPull) return [ignored(`event "${event ?? ''}" is no push`)];
    const deliveryId = deliveryIdOf(headers, 'x-gitea-delivery', 'x-forgejo-delivery');
    if (!deliveryId) return [ignored('the delivery has no usable X-Gitea-Delivery')];
    if (isPull) return [parsePull('gitea', deliveryId, Buffer.from(rawBody).toString())];
    const parsed = parseBody(PushBody, Buffer.from(rawBody).toString());
    if ('problem' in parsed) return [ignored(parsed.problem)];
    const { ref, after, head_commit, repository } = parsed.body;
    const about = { host: 'gitea', name: repository.full_name, url: repository.html_url } as const;
    const told = { deliveryId, repository: about, message: head_commit?.message ?? '' };
    return [refUpdate(ref, after, told, head_commit?.id)];
  },

  archiveRequest: (repository, sha, token) => ({
    method: 'GET',
    url: `${giteaApiOf(repository)}/archive/${sha}.tar.gz`,
    headers: bearer(token),
  }),

  statusRequest: (repository, sha, { state, context, description, targetUrl }, token) => ({
    method: 'POST',
    url: `${giteaApiOf(repository)}/statuses/${sha}`,
    headers: { 'content-type': 'application/json', ...bearer(token) },
    body: JSON.stringify({ state, context, description, target_url: targetUrl }),
  }),

  calls: giteaCalls,
};
