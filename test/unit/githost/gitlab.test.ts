import { expect, test } from '@jest/globals';
import { gitHost } from '../../../githost/index.ts';
import { bytes, payload } from './payload.ts';

const host = gitHost('gitlab')!;
const documented = payload('gitlab-push');
const SHA = documented.after;
const repository = { host: 'gitlab' as const, name: 'mike/diaspora', url: 'http://example.com/mike/diaspora' };
const headers = { 'x-gitlab-event': 'Push Hook', 'idempotency-key': 'f5e5f430-f57b-4e6e-9fac-d9128cd7232f' };
const parse = (change: object = {}, given: object = headers) =>
  host.parsePush({ ...given }, bytes({ ...documented, ...change }));

test('the secret token is the proof, whole and unchanged', () => {
  const verify = (token: string | undefined, secret = 'right') =>
    host.verify(Buffer.from('{}'), { 'x-gitlab-token': token }, secret);
  expect(verify('right')).toBe(true);
  for (const wrong of ['righ', 'rightt', 'Right', 'wrong', '', undefined]) expect(verify(wrong)).toBe(false);
  expect(verify('', '')).toBe(false);
  expect(verify(undefined, '')).toBe(false);
});

test('the documented push names repository, branch, commit and its message', () => {
  const deliveryId = headers['idempotency-key'];
  expect(parse()).toEqual([
    { kind: 'push', deliveryId, repository, branch: 'master', sha: SHA, message: 'fixed readme' },
  ]);
});

test('a project in a group of a group, pushed without commits: a new branch, or a forced push backwards', () => {
  const project = { path_with_namespace: 'acme/web/shop', web_url: 'https://gitlab.com/acme/web/shop' };
  const [push] = parse({ project, commits: [], total_commits_count: 0 });
  expect(push).toMatchObject({ kind: 'push', sha: SHA, message: '', repository: { name: 'acme/web/shop' } });
  expect(parse({ commits: null })).toMatchObject([{ kind: 'push', message: '' }]);
});

test('without Idempotency-Key, branches pushed at once have ids of their own, which last over a redelivery', () => {
  const old = { 'x-gitlab-event': 'Push Hook', 'x-gitlab-event-uuid': '13792a34-cac6-4fda-95a8-c58e00a3954e' };
  const idOf = (change: object, given = old) => (parse(change, given)[0] as { deliveryId: string }).deliveryId;
  const main = idOf({ ref: 'refs/heads/main' });
  expect(main).toMatch(/^[0-9a-f]{64}$/);
  expect(idOf({ ref: 'refs/heads/main' })).toBe(main);
  expect(idOf({ ref: 'refs/heads/next' })).not.toBe(main);
  expect(idOf({ ref: 'refs/heads/main' }, { ...old, 'x-gitlab-event-uuid': 'another' })).not.toBe(main);
});

test.each([
  ['a note', {}, { ...headers, 'x-gitlab-event': 'Note Hook' }, 'event "Note Hook" is no push'],
  ['no event', {}, {}, 'event "" is no push'],
  [
    'no delivery id',
    {},
    { 'x-gitlab-event': 'Push Hook' },
    'the delivery has no usable Idempotency-Key or X-Gitlab-Event-UUID',
  ],
  ['a tag all the same', { ref: 'refs/tags/v1' }, headers, 'tag v1: the delivery does not tell its commit'],
  ['no project', { project: undefined }, headers, 'the body has no usable project'],
  [
    'a strange URL',
    { project: { ...documented.project, web_url: 'javascript:alert(1)' } },
    headers,
    'the body has no usable project.web_url',
  ],
])('%s is ignored with a reason', (_, change, given, reason) => {
  expect(parse(change, given)).toEqual([{ kind: 'ignored', reason }]);
});

test('archive and status requests go to the API of the server, which may live under a path', () => {
  expect(host.archiveRequest(repository, SHA, 'glpat-1')).toEqual({
    method: 'GET',
    url: `http://example.com/api/v4/projects/mike%2Fdiaspora/repository/archive.tar.gz?sha=${SHA}`,
    headers: { authorization: 'Bearer glpat-1' },
  });
  const nested = { ...repository, url: 'https://example.com/gitlab/mike/diaspora.git' };
  expect(host.archiveRequest(nested, SHA)).toMatchObject({
    url: `https://example.com/gitlab/api/v4/projects/mike%2Fdiaspora/repository/archive.tar.gz?sha=${SHA}`,
    headers: {},
  });
});

test.each([
  ['pending', 'pending'],
  ['success', 'success'],
  ['failure', 'failed'],
  ['error', 'canceled'],
] as const)("the state %s is GitLab's %s", (state, wanted) => {
  const status = { state, context: 'towpath/shop-main', description: 'x'.repeat(300), targetUrl: 'https://d1.example' };
  const { method, url, body } = host.statusRequest(repository, SHA, status, 't');
  expect([method, url]).toEqual(['POST', `http://example.com/api/v4/projects/mike%2Fdiaspora/statuses/${SHA}`]);
  expect(JSON.parse(body!)).toEqual({
    state: wanted,
    name: 'towpath/shop-main',
    description: `${'x'.repeat(254)}…`,
    target_url: 'https://d1.example',
  });
});

/** https://docs.gitlab.com/user/project/integrations/webhook_events/#tag-events: `after` is the annotated tag's own object. */
test('a tag is told with its commit; one that is gone asks for nothing', () => {
  const given = { ...headers, 'x-gitlab-event': 'Tag Push Hook' };
  const tag = { ref: 'refs/tags/v1.0.0', after: '8'.repeat(40), checkout_sha: '5'.repeat(40), commits: [] };
  expect(parse(tag, given)).toMatchObject([{ kind: 'tag', tag: 'v1.0.0', sha: '5'.repeat(40) }]);
  expect(parse({ ...tag, after: '0'.repeat(40), checkout_sha: null }, given)).toEqual([
    { kind: 'ignored', reason: 'tag v1.0.0 was deleted' },
  ]);
});
