import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { gitHost, type Told } from '../../../githost/index.ts';
import { bytes, payload } from './payload.ts';

const host = gitHost('bitbucket')!;
const documented = payload('bitbucket-push');
const [change] = documented.push.changes;
const SHA = change.new.target.hash;
const repository = {
  host: 'bitbucket' as const,
  name: 'workspace_name/repo_name',
  url: 'https://bitbucket.org/workspace_name/repo_name',
};
const headers = { 'x-event-key': 'repo:push', 'x-request-uuid': '5c0e2b1f-1a6d-4c8e-9a35-5a7f7f0d8f6e' };
const parse = (changes: object[], given: object = headers) =>
  host.parsePush({ ...given }, bytes({ ...documented, push: { changes } }));
const deleted = (type: string, name: string) => ({ ...change, new: null, old: { type, name }, closed: true });

test('a signature over the raw body is genuine, any other is not', () => {
  // https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/ documents the same example as GitHub
  const raw = Buffer.from('Hello World!');
  const signed = (secret: string) => `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`;
  const verify = (signature: string | undefined) => host.verify(raw, { 'x-hub-signature': signature }, 'right');
  expect(verify(signed('right'))).toBe(true);
  expect(verify('sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9')).toBe(false);
  for (const wrong of [signed('wrong'), signed('right').slice(7), 'sha256=', '', undefined]) {
    expect(verify(wrong)).toBe(false);
  }
});

test("Atlassian's own documented example of a signature is accepted", () => {
  const signature = 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9';
  const verify = (secret: string) => host.verify(Buffer.from('Hello World!'), { 'x-hub-signature': signature }, secret);
  expect(verify("It's a Secret to Everybody")).toBe(true);
  expect(verify("It's no secret to everybody")).toBe(false);
});

test('the documented push names repository, branch, commit and its message', () => {
  expect(host.parsePush(headers, bytes(documented))).toEqual([
    {
      kind: 'push',
      deliveryId: headers['x-request-uuid'],
      repository,
      branch: 'name-of-branch',
      sha: SHA,
      message: 'new commit message\n',
    },
  ]);
});

test('one push that moves, forces, adds, deletes and tags says so of each ref, in its order', () => {
  const to = (name: string, hash: string, more: object = {}) => ({
    ...change,
    new: { type: 'branch', name, target: { type: 'commit', hash } },
    commits: [],
    ...more,
  });
  const tag = { ...to('v1', SHA), new: { type: 'tag', name: 'v1', target: { hash: SHA } }, old: null };
  const changes = [
    to('main', 'a'.repeat(40)),
    to('release/1', 'b'.repeat(40), { forced: true }),
    to('feature', 'c'.repeat(40), { created: true, old: null }),
    deleted('branch', 'old'),
    deleted('tag', 'v0'),
    tag,
  ];
  const parsed = parse(changes);
  const said = (one: Told) =>
    one.kind === 'ignored'
      ? one.reason
      : one.kind === 'tag'
        ? `tag ${one.tag}`
        : `${one.branch} ${one.kind === 'push' ? one.sha[0] : one.kind}`;
  expect(parsed.map(said)).toEqual([
    'main a',
    'release/1 b',
    'feature c',
    'old deletion',
    'tag v0 was deleted',
    'tag v1',
  ]);
});

test.each([
  ['another event', [change], { ...headers, 'x-event-key': 'repo:fork' }, 'event "repo:fork" is no push'],
  ['a ping', [change], { 'x-event-key': 'diagnostics:ping' }, 'event "diagnostics:ping" is no push'],
  ['no delivery id', [change], { 'x-event-key': 'repo:push' }, 'the delivery has no usable X-Request-UUID'],
  ['no changes', [], headers, 'the push changes no ref'],
  ['an unreadable change', [{ new: 1 }], headers, 'the body has no usable push.changes.0.new'],
])('%s is ignored with a reason', (_, changes, given, reason) => {
  expect(parse(changes, given)).toEqual([{ kind: 'ignored', reason }]);
});

test("archives come from the site; an access token is a bearer's, an API token goes with its address", () => {
  expect(host.archiveRequest(repository, SHA, 'ATCTT3x')).toEqual({
    method: 'GET',
    url: `https://bitbucket.org/workspace_name/repo_name/get/${SHA}.tar.gz`,
    headers: { authorization: 'Bearer ATCTT3x' },
  });
  expect(host.archiveRequest(repository, SHA, 'emma@example.com:ATATT3x').headers).toEqual({
    authorization: `Basic ${Buffer.from('emma@example.com:ATATT3x').toString('base64')}`,
  });
  expect(host.archiveRequest(repository, SHA).headers).toEqual({});
});

test.each([
  ['pending', 'INPROGRESS'],
  ['success', 'SUCCESSFUL'],
  ['failure', 'FAILED'],
  ['error', 'STOPPED'],
] as const)("the state %s is Bitbucket's %s, with a URL in any case", (state, wanted) => {
  const { url, body } = host.statusRequest(repository, SHA, { state, context: 'towpath/shop', description: 'Live' });
  expect(url).toBe(`https://api.bitbucket.org/2.0/repositories/workspace_name/repo_name/commit/${SHA}/statuses/build`);
  expect(JSON.parse(body!)).toEqual({
    state: wanted,
    key: 'towpath/shop',
    name: 'towpath/shop',
    description: 'Live',
    url: `https://bitbucket.org/workspace_name/repo_name/commits/${SHA}`,
  });
});

test('a context longer than the 40 characters of a key still has a key of its own', () => {
  const keyOf = (context: string) =>
    JSON.parse(host.statusRequest(repository, SHA, { state: 'success', context, description: '' }).body!).key;
  const [one, other] = [keyOf(`towpath/${'a'.repeat(35)}1`), keyOf(`towpath/${'a'.repeat(35)}2`)];
  expect(one).toHaveLength(40);
  expect(one).not.toBe(other);
});
