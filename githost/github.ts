/** GitHub.com and GitHub Enterprise Server. https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
import { verify } from '@octokit/webhooks-methods';
import * as z from 'zod';
import { Commit } from '../domain/deployment.ts';
import { shortened } from './api.ts';
import { deliveryIdOf, ignored, parseBody, RepositoryName, refUpdate, WebUrl } from './delivery.ts';
import { apiHeaders, apiOf } from './github-api.ts';
import { githubCalls } from './github-calls.ts';
import { parsePull } from './github-pulls.ts';
import type { GitHost, Headers } from './types.ts';

/** https://docs.github.com/en/rest/commits/statuses#create-a-commit-status */
const MAX_DESCRIPTION = 140;

const PushBody = z.object({
  ref: z.string(),
  after: Commit.shape.sha,
  repository: z.object({ full_name: RepositoryName, html_url: WebUrl }),
  head_commit: z.object({ id: Commit.shape.sha.optional().catch(undefined), message: z.string() }).nullish(),
});

/** `verify` takes text: only bytes that text can stand for, each of them, are what was signed. */
function exactText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A webhook's content type is the owner's choice: JSON, or a form with the JSON in `payload`. */
function jsonOf(headers: Headers, rawBody: Uint8Array): string {
  const text = Buffer.from(rawBody).toString();
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  return isForm ? (new URLSearchParams(text).get('payload') ?? '') : text;
}

export const github: GitHost = {
  async verify(rawBody, headers, secret) {
    const text = exactText(rawBody);
    const signature = headers['x-hub-signature-256'];
    return text && signature && secret ? verify(secret, text, signature) : false;
  },

  parsePush(headers, rawBody) {
    const event = headers['x-github-event'];
    if (event !== 'push' && event !== 'pull_request') return [ignored(`event "${event ?? ''}" is no push`)];
    const deliveryId = deliveryIdOf(headers, 'x-github-delivery');
    if (!deliveryId) return [ignored('the delivery has no usable X-GitHub-Delivery')];
    if (event === 'pull_request') return [parsePull('github', deliveryId, jsonOf(headers, rawBody))];
    const parsed = parseBody(PushBody, jsonOf(headers, rawBody));
    if ('problem' in parsed) return [ignored(parsed.problem)];
    const { ref, after, head_commit, repository } = parsed.body;
    const about = { host: 'github', name: repository.full_name, url: repository.html_url } as const;
    const told = { deliveryId, repository: about, message: head_commit?.message ?? '' };
    return [refUpdate(ref, after, told, head_commit?.id)];
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
    body: JSON.stringify({
      state,
      context,
      description: shortened(description, MAX_DESCRIPTION),
      target_url: targetUrl,
    }),
  }),

  calls: githubCalls,
};
