/** Bitbucket Cloud's REST API. https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/, …-refs/, …-pullrequests/ */
import { z } from 'zod';
import { Commit, type Repository } from '../domain/deployment.ts';
import { callBuilder, HostId } from './api.ts';
import { bitbucketApiOf, bitbucketAuthorization } from './bitbucket-api.ts';
import type { GitHostCalls, HookSettings } from './calls.ts';
import { RepositoryName, WebUrl } from './delivery.ts';

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

const call = (token?: string) => callBuilder(bitbucketAuthorization(token));
/** A hook's id is a UUID in braces. */
const hookUrl = (of: Repository, id: string) => `${bitbucketApiOf(of)}/hooks/${encodeURIComponent(id)}`;
const commentsOf = (of: Repository, number: number) => `${bitbucketApiOf(of)}/pullrequests/${number}/comments`;

export const bitbucketCalls: GitHostCalls = {
  repository: (of, token) => call(token)('GET', bitbucketApiOf(of), Facts),
  branch: (of, name, token) =>
    call(token)('GET', `${bitbucketApiOf(of)}/refs/branches/${encodeURIComponent(name)}`, Branch),

  hooks: (of, token) => call(token)('GET', `${bitbucketApiOf(of)}/hooks?pagelen=100`, Hooks),
  createHook: (of, hook, token) => call(token)('POST', `${bitbucketApiOf(of)}/hooks`, z.unknown(), hookOf(hook)),
  deleteHook: (of, id, token) => call(token)('DELETE', hookUrl(of, id), z.unknown()),

  comments: (of, number, token) => call(token)('GET', `${commentsOf(of, number)}?pagelen=100`, Comments),
  createComment: (of, number, body, token) =>
    call(token)('POST', commentsOf(of, number), z.unknown(), { content: { raw: body } }),
  updateComment: (of, number, id, body, token) =>
    call(token)('PUT', `${commentsOf(of, number)}/${id}`, z.unknown(), { content: { raw: body } }),
};
