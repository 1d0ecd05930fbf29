import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { gitHost } from '../../../githost/index.ts';
import { bytes, payload } from './payload.ts';

const host = gitHost('gitea')!;
const documented = payload('gitea-push');
const SHA = documented.after;
const repository = { host: 'gitea' as const, name: 'gitea/webhooks', url: 'http://localhost:3000/gitea/webhooks' };
const headers = { 'x-gitea-event': 'push', 'x-gitea-delivery': 'f6266f16-1bf3-46a5-9ea4-602e06ead473' };
const parse = (change: object = {}, given: object = headers) =>
  host.parsePush({ ...given }, bytes({ ...documented, ...change }));

test("a bare hex signature over the raw body is genuine, under Gitea's or Forgejo's name", () => {
  const raw = bytes(documented);
  const hex = (secret: string) => createHmac('sha256', secret).update(raw).digest('hex');
  expect(host.verify(raw, { 'x-gitea-signature': hex('right') }, 'right')).toBe(true);
  expect(host.verify(raw, { 'x-forgejo-signature': hex('right') }, 'right')).toBe(true);
  for (const wrong of [hex('wrong'), `sha256=${hex('right')}`, hex('right').slice(1), '', undefined]) {
    expect(host.verify(raw, { 'x-gitea-signature': wrong }, 'right')).toBe(false);
  }
  expect(host.verify(raw, { 'x-gitea-signature': hex('') }, '')).toBe(false);
});

test('the documented push, of Gitea or Forgejo, names repository, branch and commit', () => {
  const deliveryId = headers['x-gitea-delivery'];
  const wanted = [{ kind: 'push', deliveryId, repository, branch: 'develop', sha: SHA, message: 'Webhooks Yay!' }];
  expect(parse()).toEqual(wanted);
  expect(parse({}, { 'x-forgejo-event': 'push', 'x-forgejo-delivery': deliveryId })).toEqual(wanted);
});

test('a push without commits, or of a server that knows no head_commit, is taken all the same', () => {
  for (const change of [{ commits: [], head_commit: null }, { head_commit: undefined }]) {
    expect(parse(change)).toMatchObject([{ kind: 'push', sha: SHA, message: '' }]);
  }
});

test('a deleted branch is an event of its own, in which Forgejo tells its whole ref; a deleted tag is none', () => {
  const given = { ...headers, 'x-gitea-event': 'delete' };
  const told = (ref: string, ref_type: string) =>
    host.parsePush(given, bytes({ ref, ref_type, pusher_type: 'user', repository: documented.repository }));
  const deletion = { kind: 'deletion', deliveryId: headers['x-gitea-delivery'], repository, branch: 'old/one' };
  expect(told('old/one', 'branch')).toEqual([deletion]);
  expect(told('refs/heads/old/one', 'branch')).toEqual([deletion]);
  for (const tag of ['v1', 'refs/tags/v1'])
    expect(told(tag, 'tag')).toEqual([{ kind: 'ignored', reason: 'tag v1 was deleted' }]);
  expect(told('', 'branch')).toEqual([{ kind: 'ignored', reason: 'the body has no usable ref' }]);
});

test('an owner may have dots, in deliveries and in the answers of the API', () => {
  const name = 'jane.doe/shop.web';
  const about = { ...documented.repository, full_name: name };
  expect(parse({ repository: about })).toMatchObject([{ kind: 'push', repository: { name } }]);
  const { answer, request } = host.calls!.repository({ ...repository, name });
  expect(request.url).toBe(`http://localhost:3000/api/v1/repos/${name}`);
  expect(answer.parse(about)).toMatchObject({ name });
});

test.each([['a/..'], ['../a'], ['./a'], ['.../a'], ['a/.'], ['a'], ['a/b/c'], ['/a'], ['a/'], ['a%2f/b'], ['-/-']])(
  'a repository called %j is none',
  (full_name) => {
    expect(parse({ repository: { ...documented.repository, full_name } })).toEqual([
      { kind: 'ignored', reason: 'the body has no usable repository.full_name' },
    ]);
  },
);

test.each([
  ['a new ref', {}, { ...headers, 'x-gitea-event': 'create' }, 'event "create" is no push'],
  ['no event', {}, {}, 'event "" is no push'],
  ['no delivery id', {}, { 'x-gitea-event': 'push' }, 'the delivery has no usable X-Gitea-Delivery'],
  [
    'a tag of nothing known',
    { ref: 'refs/tags/v1', head_commit: null },
    headers,
    'tag v1: the delivery does not tell its commit',
  ],
])('%s is ignored with a reason', (_, change, given, reason) => {
  expect(parse(change, given)).toEqual([{ kind: 'ignored', reason }]);
});

test('archive and status requests go to the API of the server, which may live under a path', () => {
  expect(host.archiveRequest(repository, SHA, 't')).toEqual({
    method: 'GET',
    url: `http://localhost:3000/api/v1/repos/gitea/webhooks/archive/${SHA}.tar.gz`,
    headers: { authorization: 'Bearer t' },
  });
  const nested = { ...repository, url: 'https://example.com/git/gitea/webhooks' };
  const status = { state: 'failure', context: 'towpath/shop-main', description: 'Failed in Build' } as const;
  expect(host.statusRequest(nested, SHA, { ...status, targetUrl: 'https://d1.example' })).toEqual({
    method: 'POST',
    url: `https://example.com/git/api/v1/repos/gitea/webhooks/statuses/${SHA}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...status, target_url: 'https://d1.example' }),
  });
});
