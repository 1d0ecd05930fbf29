/** The requests and answers that each host's documentation shows. The pages are named in githost/<host>-calls.ts. */
import type { GitHostKind } from '../../../domain/deployment.ts';
import type { Dialect, FakeHook } from './state.ts';

type Body = Record<string, unknown>;
const config = (body: Body) => body.config as Record<string, string> | undefined;
const bearer = (authorization?: string) => /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
const namedConfig = ({ id, url, events }: FakeHook) => ({
  id: Number(id),
  active: true,
  events,
  config: { url, content_type: 'json' },
});
const readConfig = (body: Body) => {
  const { url, secret = '', content_type } = config(body) ?? {};
  return url && content_type === 'json' && Array.isArray(body.events)
    ? { url, secret, events: body.events }
    : undefined;
};
const numbered = (comments: { id: string; body: string }[]) =>
  comments.map(({ id, body }) => ({ id: Number(id), body, user: { login: 'towpath' } }));

const github: Dialect = {
  repository: '/api/v3/repos/([^/]+/[^/]+)',
  routes: [
    ['GET', /^$/, 'facts'],
    ['GET', /^\/branches\/([^/]+)$/, 'branch'],
    ['GET', /^\/branches$/, 'branches'],
    ['GET', /^\/hooks$/, 'hooks'],
    ['POST', /^\/hooks$/, 'createHook'],
    ['DELETE', /^\/hooks\/(\d+)$/, 'deleteHook'],
    ['GET', /^\/issues\/(\d+)\/comments$/, 'comments'],
    ['POST', /^\/issues\/(\d+)\/comments$/, 'createComment'],
    ['PATCH', /^\/issues\/comments\/(\d+)$/, 'updateComment'],
    ['POST', /^\/statuses\/([0-9a-f]{40})$/, 'status'],
    ['GET', /^\/tarball\/([0-9a-f]{40})$/, 'archive'],
  ],
  facts: ({ name, private: hidden, defaultBranch }, page) => ({
    id: 1296269,
    full_name: name,
    private: hidden,
    html_url: page,
    default_branch: defaultBranch,
  }),
  head: (name, { sha, message }) => ({ name, commit: { sha, commit: { message } }, protected: false }),
  many: (heads) => heads,
  hooks: (hooks) => hooks.map(namedConfig),
  readHook: (body) => (body.name === 'web' ? readConfig(body) : undefined),
  comments: numbered,
  readComment: ({ body }) => body,
  token: bearer,
};

/** Gitea takes one name for all that can happen to a pull request, and lists each. */
const ofPulls = [
  'pull_request',
  'pull_request_assign',
  'pull_request_label',
  'pull_request_comment',
  'pull_request_sync',
];
const eachEvent = (events: string[]) => events.flatMap((event) => (event === 'pull_request' ? ofPulls : [event]));

const gitea: Dialect = {
  ...github,
  repository: '/api/v1/repos/([^/]+/[^/]+)',
  routes: [
    ...github.routes.filter(([, , operation]) => operation !== 'archive'),
    ['GET', /^\/archive\/([0-9a-f]{40})\.tar\.gz$/, 'archive'],
  ],
  head: (name, { sha, message }) => ({ name, commit: { id: sha, message } }),
  readHook: (body) => {
    const hook = body.type === 'gitea' ? readConfig(body) : undefined;
    return hook && { ...hook, events: eachEvent(hook.events) };
  },
};

const gitlab: Dialect = {
  repository: '/api/v4/projects/([^/]+)',
  routes: [
    ['GET', /^$/, 'facts'],
    ['GET', /^\/repository\/branches\/([^/]+)$/, 'branch'],
    ['GET', /^\/repository\/branches$/, 'branches'],
    ['GET', /^\/hooks$/, 'hooks'],
    ['POST', /^\/hooks$/, 'createHook'],
    ['DELETE', /^\/hooks\/(\d+)$/, 'deleteHook'],
    ['GET', /^\/merge_requests\/(\d+)\/notes$/, 'comments'],
    ['POST', /^\/merge_requests\/(\d+)\/notes$/, 'createComment'],
    ['PUT', /^\/merge_requests\/\d+\/notes\/(\d+)$/, 'updateComment'],
    ['POST', /^\/statuses\/([0-9a-f]{40})$/, 'status'],
    ['GET', /^\/repository\/archive\.tar\.gz\?sha=([0-9a-f]{40})$/, 'archive'],
  ],
  facts: ({ name, private: hidden, defaultBranch }, page) => ({
    id: 3,
    path_with_namespace: name,
    web_url: page,
    visibility: hidden ? 'private' : 'public',
    default_branch: defaultBranch ?? null,
  }),
  head: (name, { sha, message }) => ({ name, commit: { id: sha, short_id: sha.slice(0, 8), message } }),
  many: (heads) => heads,
  hooks: (hooks) => hooks.map(({ id, url }) => ({ id: Number(id), url, push_events: true })),
  readHook: ({ url, token, signing_token, push_events, merge_requests_events }) =>
    typeof url === 'string' && typeof token === 'string' && /^whsec_[A-Za-z0-9+/]{43}=$/.test(String(signing_token))
      ? {
          url,
          secret: token,
          events: [push_events && 'push', merge_requests_events && 'merge_request'].filter(String) as string[],
        }
      : undefined,
  comments: numbered,
  readComment: ({ body }) => body,
  token: bearer,
};

const bitbucket: Dialect = {
  repository: '(?:/2\\.0/repositories)?/([^/]+/[^/]+)',
  routes: [
    ['GET', /^$/, 'facts'],
    ['GET', /^\/refs\/branches\/([^/]+)$/, 'branch'],
    ['GET', /^\/refs\/branches$/, 'branches'],
    ['GET', /^\/pullrequests\/(\d+)\/commits$/, 'pullCommits'],
    ['GET', /^\/hooks$/, 'hooks'],
    ['POST', /^\/hooks$/, 'createHook'],
    ['DELETE', /^\/hooks\/%7B([0-9a-f-]+)%7D$/, 'deleteHook'],
    ['GET', /^\/pullrequests\/(\d+)\/comments$/, 'comments'],
    ['POST', /^\/pullrequests\/(\d+)\/comments$/, 'createComment'],
    ['PUT', /^\/pullrequests\/\d+\/comments\/(\d+)$/, 'updateComment'],
    ['POST', /^\/commit\/([0-9a-f]{40})\/statuses\/build$/, 'status'],
    ['GET', /^\/get\/([0-9a-f]{40})\.tar\.gz$/, 'archive'],
  ],
  facts: ({ name, private: hidden, defaultBranch }, page) => ({
    type: 'repository',
    full_name: name,
    is_private: hidden,
    links: { html: { href: page } },
    mainbranch: defaultBranch ? { type: 'branch', name: defaultBranch } : null,
  }),
  head: (name, { sha, message }) => ({ type: 'branch', name, target: { type: 'commit', hash: sha, message } }),
  many: (values) => ({ values }),
  hooks: (hooks) => ({ pagelen: 100, values: hooks.map(({ id, url }) => ({ uuid: `{${id}}`, url, active: true })) }),
  readHook: ({ url, secret, events, description }) =>
    typeof url === 'string' && typeof secret === 'string' && Array.isArray(events) && description
      ? { url, secret, events }
      : undefined,
  comments: (comments) => ({ values: comments.map(({ id, body }) => ({ id: Number(id), content: { raw: body } })) }),
  readComment: ({ content }) => (content as { raw?: unknown } | undefined)?.raw,
  token: (authorization) => {
    const [, basic] = /^Basic (.+)$/.exec(authorization ?? '') ?? [];
    return basic ? Buffer.from(basic, 'base64').toString() : bearer(authorization);
  },
};

export type FakeKind = Exclude<GitHostKind, 'git'>;
export const DIALECTS: Record<FakeKind, Dialect> = { github, gitlab, bitbucket, gitea };
