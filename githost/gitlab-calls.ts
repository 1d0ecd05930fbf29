/** GitLab's REST API. https://docs.gitlab.com/api/project_webhooks/, …/projects/, …/branches/, …/notes/ */
import * as z from 'zod';
import { Commit, type Repository } from '../domain/deployment.ts';
import { bearer, callBuilder, HostId, serverOf } from './api.ts';
import type { GitHostCalls, HookSettings } from './calls.ts';
import { ProjectPath, WebUrl } from './delivery.ts';
import { ofGitLabToken } from './scopes.ts';

export const gitlabApiOf = (repository: Repository) =>
  `${serverOf(repository)}/api/v4/projects/${encodeURIComponent(repository.name)}`;

const Facts = z
  .object({ path_with_namespace: ProjectPath, web_url: WebUrl, default_branch: z.string().nullish() })
  .transform(({ path_with_namespace, web_url, default_branch }) => ({
    name: path_with_namespace,
    url: web_url,
    defaultBranch: default_branch ?? undefined,
  }));
const Branch = z
  .object({ commit: z.object({ id: Commit.shape.sha, message: z.string() }) })
  .transform(({ commit: { id, message } }) => ({ sha: id, message }));
const Branches = z
  .array(z.object({ name: z.string(), commit: z.object({ id: Commit.shape.sha }) }))
  .transform((all) => all.map(({ name, commit: { id } }) => ({ name, sha: id })));
const Hooks = z.array(z.object({ id: HostId, url: z.string() }));
const Notes = z.array(z.object({ id: HostId, body: z.string() }));

/** Versions that know no signing token ignore it, and prove a delivery by the secret token: see `verify` in gitlab.ts. */
const hookOf = ({ url, secret }: HookSettings) => ({
  url,
  token: secret,
  signing_token: secret,
  push_events: true,
  tag_push_events: true,
  merge_requests_events: true,
  enable_ssl_verification: true,
});

/** https://docs.gitlab.com/security/tokens/ */
const NEEDED = [{ for: 'code, commit statuses, webhooks, merge requests', oneOf: ['api'] }];

const BRANCHES = 100;
const call = (token?: string) => callBuilder(bearer(token));
const notesOf = (of: Repository, number: number) => `${gitlabApiOf(of)}/merge_requests/${number}/notes`;

export const gitlabCalls: GitHostCalls = {
  repository: (of, token) => call(token)('GET', gitlabApiOf(of), Facts),
  scopes: (of, token) => ({
    ...call(token)('GET', `${serverOf(of)}/api/v4/personal_access_tokens/self`, z.unknown()),
    read: ofGitLabToken,
    needed: NEEDED,
  }),
  branch: (of, name, token) =>
    call(token)('GET', `${gitlabApiOf(of)}/repository/branches/${encodeURIComponent(name)}`, Branch),
  branches: (of, token) => call(token)('GET', `${gitlabApiOf(of)}/repository/branches?per_page=${BRANCHES}`, Branches),
  branchesAtOnce: BRANCHES,

  hooks: (of, token) => call(token)('GET', `${gitlabApiOf(of)}/hooks?per_page=100`, Hooks),
  createHook: (of, hook, token) => call(token)('POST', `${gitlabApiOf(of)}/hooks`, z.unknown(), hookOf(hook)),
  deleteHook: (of, id, token) => call(token)('DELETE', `${gitlabApiOf(of)}/hooks/${id}`, z.unknown()),

  comments: (of, number, token) => call(token)('GET', `${notesOf(of, number)}?per_page=100`, Notes),
  createComment: (of, number, body, token) => call(token)('POST', notesOf(of, number), z.unknown(), { body }),
  updateComment: (of, number, id, body, token) =>
    call(token)('PUT', `${notesOf(of, number)}/${id}`, z.unknown(), { body }),
};
