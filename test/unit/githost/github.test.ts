import { expect, test } from '@jest/globals';
import { gitHost } from '../../../githost/index.ts';

const host = gitHost('github')!;
const SHA = '6dcb09b5b57875f334f61aebed695e2e4193db5e';
const repository = { host: 'github' as const, name: 'octocat/shop', url: 'https://github.com/octocat/shop' };
const headers = { 'x-github-event': 'push', 'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958' };
const push = {
  ref: 'refs/heads/main',
  after: SHA,
  deleted: false,
  repository: { full_name: 'octocat/shop', html_url: 'https://github.com/octocat/shop', default_branch: 'main' },
  head_commit: { id: SHA, message: 'Add cart' },
};
const body = (change: object = {}) => Buffer.from(JSON.stringify({ ...push, ...change }));

test("GitHub's own documented example of a signature is accepted", async () => {
  // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
  const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
  const verify = (secret: string) =>
    host.verify(Buffer.from('Hello, World!'), { 'x-hub-signature-256': signature }, secret);
  expect(await verify("It's a Secret to Everybody")).toBe(true);
  expect(await verify("It's a secret to everybody")).toBe(false);
});

test('a push, as JSON or as a form, names repository, branch and commit', () => {
  const deliveryId = headers['x-github-delivery'];
  const wanted = [{ kind: 'push', deliveryId, repository, branch: 'main', sha: SHA, message: 'Add cart' }];
  expect(host.parsePush(headers, body())).toEqual(wanted);
  const form = Buffer.from(new URLSearchParams({ payload: body().toString() }).toString());
  expect(host.parsePush({ ...headers, 'content-type': 'application/x-www-form-urlencoded' }, form)).toEqual(wanted);
});

test('a push without head_commit is taken all the same', () => {
  expect(host.parsePush(headers, body({ head_commit: null }))).toMatchObject([{ kind: 'push', sha: SHA, message: '' }]);
});

test.each([
  ['a ping', { ...headers, 'x-github-event': 'ping' }, body(), 'event "ping" is no push'],
  [
    'a tag of nothing known',
    headers,
    body({ ref: 'refs/tags/v1', head_commit: null }),
    'tag v1: the delivery does not tell its commit',
  ],
  [
    'a strange name',
    headers,
    body({ repository: { full_name: '../..', html_url: 'https://github.com' } }),
    'the body has no usable repository.full_name',
  ],
  ['no delivery id', { 'x-github-event': 'push' }, body(), 'the delivery has no usable X-GitHub-Delivery'],
])('%s is ignored with a reason', (_, given, raw, reason) => {
  expect(host.parsePush(given, raw)).toEqual([{ kind: 'ignored', reason }]);
});

test('archives come from the API, of github.com or of an Enterprise server', () => {
  expect(host.archiveRequest(repository, SHA, 'tok')).toMatchObject({
    url: `https://api.github.com/repos/octocat/shop/tarball/${SHA}`,
    headers: { authorization: 'Bearer tok', 'user-agent': 'towpath' },
  });
  const enterprise = { ...repository, url: 'https://git.example.com/octocat/shop' };
  expect(host.archiveRequest(enterprise, SHA).url).toBe(
    `https://git.example.com/api/v3/repos/octocat/shop/tarball/${SHA}`,
  );
});

test('a status keeps to the 140 characters that GitHub allows', () => {
  const description = 'x'.repeat(200);
  const { url, body: sent } = host.statusRequest(repository, SHA, {
    state: 'failure',
    context: 'towpath/shop-main',
    description,
    targetUrl: 'https://d1.cloudfront.net',
  });
  expect(url).toBe(`https://api.github.com/repos/octocat/shop/statuses/${SHA}`);
  expect(JSON.parse(sent!)).toEqual({
    state: 'failure',
    context: 'towpath/shop-main',
    description: `${'x'.repeat(139)}…`,
    target_url: 'https://d1.cloudfront.net',
  });
});
