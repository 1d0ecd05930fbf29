/** Gitea's REST API, which is Forgejo's too. https://docs.gitea.com/api/ */
import * as z from 'zod';
import { Commit, type Repository } from '../domain/deployment.ts';
import { bearer, callBuilder, HostId, serverOf } from './api.ts';
import type { GitHostCalls, HookSettings } from './calls.ts';
import { RepositoryName, WebUrl } from './delivery.ts';

export const giteaApiOf = (repository: Repository) => `${serverOf(repository)}/api/v1/repos/${repository.name}`;

const Facts = z
  .object({ full_name: RepositoryName, html_url: WebUrl, default_branch: z.string().optional() })
  .transform(({ full_name, html_url, default_branch }) => ({
    name: full_name,
    url: html_url,
    defaultBranch: default_branch || undefined,
  }));
const Branch = z
  .object({ commit: z.object({ id: Commit.shape.sha, message: z.string() }) })
  .transform(({ commit: { id, message } }) => ({ sha: id, message }));
const Branches = z
  .array(z.object({ name: z.string(), commit: z.object({ id: Commit.shape.sha }) }))
  .transform((all) => all.map(({ name, commit: { id } }) => ({ name, sha: id })));
/** A deleted branch is an event of its own, which no push tells of. */
const EVENTS = ['push', 'delete', 'pull_request'];

const Hooks = z.array(
  z
    .object({
      id: HostId,
      config: z.object({ url: z.string().default('') }),
      events: z.array(z.string()).optional(),
    })
    .transform(({ id, config, events }) => ({
      id,
      url: config.url,
      isOutdated: events !== undefined && EVENTS.some((event) => !events.includes(event)),
    })),
);
const Comments = z.array(z.object({ id: HostId, body: z.string() }));

/** Gitea never changes the secret of a hook that is there, so no hook is changed anywhere: a new one takes its place. */
const hookOf = ({ url, secret }: HookSettings) => ({
  type: 'gitea',
  active: true,
  events: EVENTS,
  config: { url, content_type: 'json', secret },
});

const BRANCHES = 50;
const call = (token?: string) => callBuilder(bearer(token));
const issues = (of: Repository) => `${giteaApiOf(of)}/issues`;

export const giteaCalls: GitHostCalls = {
  repository: (of, token) => call(token)('GET', giteaApiOf(of), Facts),
  branch: (of, name, token) => call(token)('GET', `${giteaApiOf(of)}/branches/${encodeURIComponent(name)}`, Branch),
  branches: (of, token) => call(token)('GET', `${giteaApiOf(of)}/branches?limit=${BRANCHES}`, Branches),
  branchesAtOnce: BRANCHES,

  hooks: (of, token) => call(token)('GET', `${giteaApiOf(of)}/hooks?limit=50`, Hooks),
  createHook: (of, hook, token) => call(token)('POST', `${giteaApiOf(of)}/hooks`, z.unknown(), hookOf(hook)),
  deleteHook: (of, id, token) => call(token)('DELETE', `${giteaApiOf(of)}/hooks/${id}`, z.unknown()),

  comments: (of, number, token) => call(token)('GET', `${issues(of)}/${number}/comments`, Comments),
  createComment: (of, number, body, token) =>
    call(token)('POST', `${issues(of)}/${number}/comments`, z.unknown(), { body }),
  updateComment: (of, _, id, body, token) =>
    call(token)('PATCH', `${issues(of)}/comments/${id}`, z.unknown(), { body }),
};
