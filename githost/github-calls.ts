/** GitHub's REST API. https://docs.github.com/en/rest/repos/webhooks, …/branches/branches, …/issues/comments */
import * as z from 'zod';
import { Commit, type Repository } from '../domain/deployment.ts';
import { callBuilder, HostId } from './api.ts';
import type { GitHostCalls, HookSettings } from './calls.ts';
import { RepositoryName, WebUrl } from './delivery.ts';
import { apiHeaders, apiOf } from './github-api.ts';
import { ofHeader } from './scopes.ts';

const Facts = z
  .object({ full_name: RepositoryName, html_url: WebUrl, default_branch: z.string().optional() })
  .transform(({ full_name, html_url, default_branch }) => ({
    name: full_name,
    url: html_url,
    defaultBranch: default_branch,
  }));
const Branch = z
  .object({ commit: z.object({ sha: Commit.shape.sha, commit: z.object({ message: z.string() }) }) })
  .transform(({ commit }) => ({ sha: commit.sha, message: commit.commit.message }));
const Branches = z
  .array(z.object({ name: z.string(), commit: z.object({ sha: Commit.shape.sha }) }))
  .transform((all) => all.map(({ name, commit: { sha } }) => ({ name, sha })));
const Hooks = z.array(
  z
    .object({ id: HostId, config: z.object({ url: z.string().default('') }) })
    .transform(({ id, config }) => ({ id, url: config.url })),
);
const Comments = z
  .array(z.object({ id: HostId, body: z.string().nullish() }))
  .transform((all) => all.map(({ id, body }) => ({ id, body: body ?? '' })));

const hookOf = ({ url, secret }: HookSettings) => ({
  name: 'web',
  active: true,
  events: ['push', 'pull_request'],
  config: { url, content_type: 'json', secret, insecure_ssl: '0' },
});

/** Of classic tokens. Fine-grained ones, and those of GitHub Apps, have permissions, of which no answer tells. */
const NEEDED = [{ for: 'code, commit statuses, webhooks, pull requests', oneOf: ['repo', 'public_repo'] }];

const BRANCHES = 100;
const call = (token?: string) => callBuilder(apiHeaders(token));
const issues = (repository: Repository) => `${apiOf(repository)}/issues`;

export const githubCalls: GitHostCalls = {
  repository: (of, token) => call(token)('GET', apiOf(of), Facts),
  scopes: (of, token) => ({ ...call(token)('GET', apiOf(of), Facts), read: ofHeader, needed: NEEDED }),
  branch: (of, name, token) => call(token)('GET', `${apiOf(of)}/branches/${encodeURIComponent(name)}`, Branch),
  branches: (of, token) => call(token)('GET', `${apiOf(of)}/branches?per_page=${BRANCHES}`, Branches),
  branchesAtOnce: BRANCHES,

  hooks: (of, token) => call(token)('GET', `${apiOf(of)}/hooks?per_page=100`, Hooks),
  createHook: (of, hook, token) => call(token)('POST', `${apiOf(of)}/hooks`, z.unknown(), hookOf(hook)),
  deleteHook: (of, id, token) => call(token)('DELETE', `${apiOf(of)}/hooks/${id}`, z.unknown()),

  comments: (of, number, token) => call(token)('GET', `${issues(of)}/${number}/comments?per_page=100`, Comments),
  createComment: (of, number, body, token) =>
    call(token)('POST', `${issues(of)}/${number}/comments`, z.unknown(), { body }),
  updateComment: (of, _, id, body, token) =>
    call(token)('PATCH', `${issues(of)}/comments/${id}`, z.unknown(), { body }),
};
