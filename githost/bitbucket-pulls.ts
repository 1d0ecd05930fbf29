/** https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/#Pull-request-events: hashes have 12 characters there. */
import * as z from 'zod';
import type { Ignored, PullRequest } from './changes.ts';
import {
  BranchName,
  ignored,
  type PullActions,
  PullNumber,
  parseBody,
  pullRequest,
  RepositoryName,
  WebUrl,
} from './delivery.ts';

const ACTIONS: PullActions = { created: 'opened', updated: 'updated', fulfilled: 'closed', rejected: 'closed' };

const Body = z.object({
  repository: z.object({ full_name: RepositoryName, links: z.object({ html: z.object({ href: WebUrl }) }) }),
  pullrequest: z.object({
    id: PullNumber,
    title: z.string().catch(''),
    source: z.object({
      branch: z.object({ name: BranchName }),
      /** Null when the fork was deleted. */
      repository: z.object({ full_name: RepositoryName }).nullish().catch(undefined),
    }),
  }),
});

/** `event` is `pullrequest:<action>`. */
export function parsePull(event: string, deliveryId: string, json: string): PullRequest | Ignored {
  const parsed = parseBody(Body, json);
  if ('problem' in parsed) return ignored(parsed.problem);
  const { repository, pullrequest } = parsed.body;
  const { id, title, source } = pullrequest;
  const isFork = source.repository?.full_name !== repository.full_name;
  return pullRequest(event.replace(/^pullrequest:/, ''), ACTIONS, {
    deliveryId,
    repository: { host: 'bitbucket', name: repository.full_name, url: repository.links.html.href },
    number: id,
    branch: source.branch.name,
    isFork,
    from: isFork ? source.repository?.full_name : undefined,
    message: title,
  });
}
