/** Bitbucket Cloud's REST API. https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/, …-refs/, …-pullrequests/ */
import * as z from 'zod';
import { Commit, type Repository } from '../domain/deployment.ts';
import { callBuilder, HostId } from './api.ts';
import { bitbucketApiOf, bitbucketAuthorization } from './bitbucket-api.ts';
import type { GitHostCalls, HookSettings } from './calls.ts';
import { RepositoryName, WebUrl } from './delivery.ts';
import { ofHeader } from './scopes.ts';

const Facts = z
  .object({
    full_name: RepositoryName,
    links: z.object({ html: z.object({ href: WebUrl }) }),
    mainbranch: z.object({ name: z.string() }).nullish(),
  })
  .transform(({ full_name, links, mainbranch }) => ({
    name: full_name,
    url: links.html.href,
    defaultBranch: mainbranch?.name,
  }));
const Branch = z
  .object({ target: z.object({ hash: Commit.shape.sha, message: z.string().default('') }) })
  .transform(({ target: { hash, message } }) => ({ sha: hash, message }));
const Branches = z
  .object({ values: z.array(z.object({ name: z.string(), target: z.object({ hash: Commit.shape.sha }) })) })
  .transform(({ values }) => values.map(({ name, target: { hash } }) => ({ name, sha: hash })));
/** Newest first: https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/ */
const PullCommits = z
  .object({ values: z.tuple([Branch.in.shape.target], z.unknown()) })
  .transform(({ values: [{ hash, message }] }) => ({ sha: hash, message }));
const Hooks = z
  .object({ values: z.array(z.object({ uuid: HostId, url: z.string() })) })
  .transform(({ values }) => values.map(({ uuid, url }) => ({ id: uuid, url })));
const Comments = z
  .object({ values: z.array(z.object({ id: HostId, content: z.object({ raw: z.string() }) })) })
  .transform(({ values }) => values.map(({ id, content }) => ({ id, body: content.raw })));

const hookOf = ({ url, secret }: HookSettings) => ({
  description: 'Towpath',
  url,
  active: true,
  secret,
  events: ['repo:push', 'pullrequest:created', 'pullrequest:updated', 'pullrequest:fulfilled', 'pullrequest:rejected'],
});

/**
 * By the names of access tokens and OAuth, then by those of an account's API tokens.
 * https://developer.atlassian.com/cloud/bitbucket/rest/intro/#authentication
 */
const NEEDED = [
  {
    for: 'code and commit statuses',
    oneOf: [
      'repository',
      'repository:write',
      'repository:admin',
      'pullrequest',
      'pullrequest:write',
      'project',
      'read:repository:bitbucket',
      'write:repository:bitbucket',
      'admin:repository:bitbucket',
    ],
  },
  { for: 'webhooks', oneOf: ['webhook', 'write:webhook:bitbucket'] },
];

const BRANCHES = 100;
const call = (token?: string) => callBuilder(bitbucketAuthorization(token));
/** A hook's id is a UUID in braces. */
const hookUrl = (of: Repository, id: string) => `${bitbucketApiOf(of)}/hooks/${encodeURIComponent(id)}`;
const commentsOf = (of: Repository, number: number) => `${bitbucketApiOf(of)}/pullrequests/${number}/comments`;

export const bitbucketCalls: GitHostCalls = {
  repository: (of, token) => call(token)('GET', bitbucketApiOf(of), Facts),
  scopes: (of, token) => ({ ...call(token)('GET', bitbucketApiOf(of), Facts), read: ofHeader, needed: NEEDED }),
  branch: (of, name, token) =>
    call(token)('GET', `${bitbucketApiOf(of)}/refs/branches/${encodeURIComponent(name)}`, Branch),
  branches: (of, token) => call(token)('GET', `${bitbucketApiOf(of)}/refs/branches?pagelen=${BRANCHES}`, Branches),
  branchesAtOnce: BRANCHES,
  pullHead: (of, number, token) =>
    call(token)('GET', `${bitbucketApiOf(of)}/pullrequests/${number}/commits?pagelen=1`, PullCommits),

  hooks: (of, token) => call(token)('GET', `${bitbucketApiOf(of)}/hooks?pagelen=100`, Hooks),
  createHook: (of, hook, token) => call(token)('POST', `${bitbucketApiOf(of)}/hooks`, z.unknown(), hookOf(hook)),
  deleteHook: (of, id, token) => call(token)('DELETE', hookUrl(of, id), z.unknown()),

  comments: (of, number, token) => call(token)('GET', `${commentsOf(of, number)}?pagelen=100`, Comments),
  createComment: (of, number, body, token) =>
    call(token)('POST', commentsOf(of, number), z.unknown(), { content: { raw: body } }),
  updateComment: (of, number, id, body, token) =>
    call(token)('PUT', `${commentsOf(of, number)}/${id}`, z.unknown(), { content: { raw: body } }),
};
