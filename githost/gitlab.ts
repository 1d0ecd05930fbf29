/** GitLab.com and self-managed GitLab. https://docs.gitlab.com/user/project/integrations/webhook_events/#push-events */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Commit } from '../domain/deployment.ts';
import { bearer, shortened } from './api.ts';
import { deliveryIdOf, ignored, ProjectPath, parseBody, refUpdate, WebUrl } from './delivery.ts';
import { gitlabApiOf, gitlabCalls } from './gitlab-calls.ts';
import { parseMergeRequest } from './gitlab-pulls.ts';
import { isSecret, isStandardSigned } from './signature.ts';
import type { CommitStatus, GitHost, Headers } from './types.ts';

/** Of `description` and `target_url` alike. https://docs.gitlab.com/api/commits/#set-the-pipeline-status-of-a-commit */
const MAX_TEXT = 255;

const PushBody = z.object({
  ref: z.string(),
  after: Commit.shape.sha,
  /** The commit; of a tag, `after` may be an object of its own. */
  checkout_sha: Commit.shape.sha.nullish().catch(undefined),
  project: z.object({
    path_with_namespace: ProjectPath,
    web_url: WebUrl,
  }),
  /** At most the newest 20, the newest last; only a message is wanted of them. */
  commits: z.array(z.object({ id: z.string(), message: z.string() })).catch([]),
});

const STATES: Record<CommitStatus['state'], string> = {
  pending: 'pending',
  success: 'success',
  failure: 'failed',
  error: 'canceled',
};

/**
 * Idempotency-Key came with GitLab 17.4. The older X-Gitlab-Event-UUID is one for all branches of a push, though each
 * has a delivery of its own.
 */
function idOf(headers: Headers, rawBody: Uint8Array): string | undefined {
  const key = deliveryIdOf(headers, 'idempotency-key');
  const event = deliveryIdOf(headers, 'x-gitlab-event-uuid');
  return key ?? (event && createHash('sha256').update(`${event}\n`).update(rawBody).digest('hex'));
}

export const gitlab: GitHost = {
  /** A delivery that has a signature is judged by it alone. Hooks made by hand, and GitLab before 19, have the token. */
  verify: (rawBody, headers, secret) =>
    headers['webhook-signature'] === undefined
      ? isSecret(headers['x-gitlab-token'], secret)
      : isStandardSigned(rawBody, headers, secret),

  parsePush(headers, rawBody) {
    const event = headers['x-gitlab-event'];
    const isPull = event === 'Merge Request Hook';
    if (event !== 'Push Hook' && event !== 'Tag Push Hook' && !isPull)
      return [ignored(`event "${event ?? ''}" is no push`)];
    const deliveryId = idOf(headers, rawBody);
    if (!deliveryId) return [ignored('the delivery has no usable Idempotency-Key or X-Gitlab-Event-UUID')];
    if (isPull) return [parseMergeRequest(deliveryId, Buffer.from(rawBody).toString())];
    const parsed = parseBody(PushBody, Buffer.from(rawBody).toString());
    if ('problem' in parsed) return [ignored(parsed.problem)];
    const { ref, after, checkout_sha, project, commits } = parsed.body;
    const tagged = event === 'Tag Push Hook' ? (checkout_sha ?? undefined) : undefined;
    const repository = { host: 'gitlab', name: project.path_with_namespace, url: project.web_url } as const;
    const message = commits.find(({ id }) => id === (tagged ?? after))?.message ?? '';
    return [refUpdate(ref, after, { deliveryId, repository, message }, tagged)];
  },

  /** https://docs.gitlab.com/api/repositories/#retrieve-file-archive-from-a-repository */
  archiveRequest: (repository, sha, token) => ({
    method: 'GET',
    url: `${gitlabApiOf(repository)}/repository/archive.tar.gz?sha=${sha}`,
    headers: bearer(token),
  }),

  statusRequest: (repository, sha, { state, context, description, targetUrl }, token) => ({
    method: 'POST',
    url: `${gitlabApiOf(repository)}/statuses/${sha}`,
    headers: { 'content-type': 'application/json', ...bearer(token) },
    body: JSON.stringify({
      state: STATES[state],
      name: context,
      description: shortened(description, MAX_TEXT),
      target_url: targetUrl && targetUrl.length <= MAX_TEXT ? targetUrl : undefined,
    }),
  }),

  calls: gitlabCalls,
};
