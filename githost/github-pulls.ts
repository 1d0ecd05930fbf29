/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request; Gitea and Forgejo speak alike. */
import * as z from 'zod';
import { Commit, type GitHostKind } from '../domain/deployment.ts';
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

const ACTIONS: PullActions = {
  opened: 'opened',
  reopened: 'opened',
  synchronize: 'updated',
  synchronized: 'updated',
  closed: 'closed',
};

const Body = z.object({
  action: z.string(),
  number: PullNumber,
  repository: z.object({ full_name: RepositoryName, html_url: WebUrl }),
  pull_request: z.object({
    title: z.string().catch(''),
    head: z.object({
      sha: Commit.shape.sha,
      ref: BranchName,
      /** Null when the fork was deleted. */
      repo: z.object({ full_name: z.string() }).nullish().catch(undefined),
    }),
  }),
});

export function parsePull(host: GitHostKind, deliveryId: string, json: string): PullRequest | Ignored {
  const parsed = parseBody(Body, json);
  if ('problem' in parsed) return ignored(parsed.problem);
  const { action, number, repository, pull_request } = parsed.body;
  const { head, title } = pull_request;
  return pullRequest(action, ACTIONS, {
    deliveryId,
    repository: { host, name: repository.full_name, url: repository.html_url },
    number,
    branch: head.ref,
    isFork: head.repo?.full_name !== repository.full_name,
    sha: head.sha,
    message: title,
  });
}
