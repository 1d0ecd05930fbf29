/** Gitea and Forgejo, which speak alike. https://docs.gitea.com/usage/repository/webhooks, https://forgejo.org/docs/latest/user/webhooks/ */
import * as z from 'zod';
import { Commit } from '../domain/deployment.ts';
import { bearer } from './api.ts';
import type { Deletion, Ignored } from './changes.ts';
import { BranchName, deliveryIdOf, ignored, parseBody, RepositoryName, refUpdate, WebUrl } from './delivery.ts';
import { giteaApiOf, giteaCalls } from './gitea-calls.ts';
import { parsePull } from './github-pulls.ts';
import { isSigned } from './signature.ts';
import type { GitHost, Headers } from './types.ts';

const RepositoryBody = z
  .object({ full_name: RepositoryName, html_url: WebUrl })
  .transform(({ full_name, html_url }) => ({ host: 'gitea' as const, name: full_name, url: html_url }));

const PushBody = z.object({
  ref: z.string(),
  after: Commit.shape.sha,
  repository: RepositoryBody,
  head_commit: z
    .object({ id: Commit.shape.sha.optional().catch(undefined), message: z.string() })
    .nullish()
    .catch(undefined),
});

/** Gitea calls a branch by its name here, Forgejo by its whole ref. */
const DeletionBody = z.object({
  ref: z
    .string()
    .transform((ref) => ref.replace(/^refs\/(heads|tags)\//, ''))
    .pipe(BranchName),
  ref_type: z.string(),
  repository: RepositoryBody,
});

/** No push tells of a branch that is gone, only this event; a tag has both. */
function parseDeletion(deliveryId: string, json: string): Deletion | Ignored {
  const parsed = parseBody(DeletionBody, json);
  if ('problem' in parsed) return ignored(parsed.problem);
  const { ref, ref_type, repository } = parsed.body;
  if (ref_type !== 'branch') return ignored(`${ref_type} ${ref} was deleted`);
  return { kind: 'deletion', deliveryId, repository, branch: ref };
}

/** Forgejo sends its own headers and Gitea's. */
const headerOf = (headers: Headers, name: string) => headers[`x-gitea-${name}`] ?? headers[`x-forgejo-${name}`];

export const gitea: GitHost = {
  verify: (rawBody, headers, secret) => isSigned(rawBody, headerOf(headers, 'signature'), secret, ''),

  parsePush(headers, rawBody) {
    const event = headerOf(headers, 'event');
    // Gitea has a word of its own for pushes to a pull request, in another header too.
    const isPull = event === 'pull_request' || event === 'pull_request_sync';
    if (event !== 'push' && event !== 'delete' && !isPull) return [ignored(`event "${event ?? ''}" is no push`)];
    const deliveryId = deliveryIdOf(headers, 'x-gitea-delivery', 'x-forgejo-delivery');
    if (!deliveryId) return [ignored('the delivery has no usable X-Gitea-Delivery')];
    const json = Buffer.from(rawBody).toString();
    if (isPull) return [parsePull('gitea', deliveryId, json)];
    if (event === 'delete') return [parseDeletion(deliveryId, json)];
    const parsed = parseBody(PushBody, json);
    if ('problem' in parsed) return [ignored(parsed.problem)];
    const { ref, after, head_commit, repository } = parsed.body;
    const told = { deliveryId, repository, message: head_commit?.message ?? '' };
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
