/** GitHub.com and GitHub Enterprise Server. https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
import { z } from 'zod';
import { Commit, type Repository } from '../domain/deployment.ts';
import { branchOf, ignored, isNoCommit, parseBody } from './delivery.ts';
import { isSigned } from './signature.ts';
import type { GitHost, Headers } from './types.ts';

/** https://docs.github.com/en/rest/commits/statuses#create-a-commit-status */
const MAX_DESCRIPTION = 140;

const PushBody = z.object({
  ref: z.string(),
  after: Commit.shape.sha,
  repository: z.object({ full_name: z.string().regex(/^[\w-]+\/[\w.-]*\w[\w.-]*$/), html_url: z.url() }),
  head_commit: z.object({ message: z.string() }).nullish(),
});

/** A webhook's content type is the owner's choice: JSON, or a form with the JSON in `payload`. */
function jsonOf(headers: Headers, rawBody: Uint8Array): string {
  const text = Buffer.from(rawBody).toString();
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  return isForm ? (new URLSearchParams(text).get('payload') ?? '') : text;
}

function apiOf({ name, url }: Repository): string {
  const { origin, hostname } = new URL(url);
  return `${hostname === 'github.com' ? 'https://api.github.com' : `${origin}/api/v3`}/repos/${name}`;
}

const apiHeaders = (token?: string): Record<string, string> => ({
  accept: 'application/vnd.github+json',
  'user-agent': 'towpath',
  'x-github-api-version': '2022-11-28',
  ...(token ? { authorization: `Bearer ${token}` } : {}),
});

const shortened = (text: string) => (text.length > MAX_DESCRIPTION ? `${text.slice(0, MAX_DESCRIPTION - 1)}…` : text);

export const github: GitHost = {
  verify: (rawBody, headers, secret) => isSigned(rawBody, headers['x-hub-signature-256'], secret),

  parsePush(headers, rawBody) {
    const event = headers['x-github-event'];
    if (event !== 'push') return ignored(`event "${event ?? ''}" is no push`);
    const deliveryId = headers['x-github-delivery'];
    if (!deliveryId) return ignored('the delivery has no X-GitHub-Delivery');
    const parsed = parseBody(PushBody, jsonOf(headers, rawBody));
    if ('problem' in parsed) return ignored(parsed.problem);
    const { repository, ref, after, head_commit } = parsed.body;
    const branch = branchOf(ref);
    if (!branch) return ignored(`${ref} is no branch`);
    if (isNoCommit(after)) return ignored(`branch ${branch} was deleted`);
    return {
      kind: 'push',
      deliveryId,
      repository: { host: 'github', name: repository.full_name, url: repository.html_url },
      branch,
      sha: after,
      message: head_commit?.message ?? '',
    };
  },

  archiveRequest: (repository, sha, token) => ({
    method: 'GET',
    url: `${apiOf(repository)}/tarball/${sha}`,
    headers: apiHeaders(token),
  }),

  statusRequest: (repository, sha, { state, context, description, targetUrl }, token) => ({
    method: 'POST',
    url: `${apiOf(repository)}/statuses/${sha}`,
    headers: { ...apiHeaders(token), 'content-type': 'application/json' },
    body: JSON.stringify({ state, context, description: shortened(description), target_url: targetUrl }),
  }),
};
