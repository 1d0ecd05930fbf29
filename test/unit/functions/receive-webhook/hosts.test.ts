/** Pushes of every host through the whole function. */
import { expect, test } from '@jest/globals';
import { GIT_HOSTS, type GitHostKind } from '../../../../domain/deployment.ts';
import { NAME, proofOf, SHA, samples } from '../../../support/deliveries.ts';
import { SECRET, strictPorts, deliver as through } from './every-host.ts';

async function deliver(kind: GitHostKind, body: object, ports: ReturnType<typeof strictPorts>['ports']) {
  const rawBody = Buffer.from(JSON.stringify(body));
  const proof = await proofOf(kind, rawBody, SECRET);
  return through({ host: kind, rawBody, headers: { ...samples[kind].headers, ...proof } }, ports);
}

test.each(GIT_HOSTS)('%s: a push is deployed once, a redelivery is not', async (kind) => {
  const { ports, created } = strictPorts(kind);
  const body = samples[kind].body('main', SHA, 'Hello');
  expect(await deliver(kind, body, ports)).toEqual({
    answer: { status: 202, body: { accepted: 1 } },
    deployments: [{ id: '01JD0000000000000000000001', site: 'shop-main', status: 'started' }],
    reasons: [],
  });
  expect(created).toEqual([{ sha: SHA, branch: 'main', message: 'Hello' }]);
  expect((await deliver(kind, body, ports)).reasons).toEqual(['this delivery was already handled']);
  expect(created).toHaveLength(1);
});

test.each(GIT_HOSTS)(
  '%s: a push of 5 MB, most of it one message, is taken with the beginning of that message',
  async (kind) => {
    const { ports, created } = strictPorts(kind);
    const message = `${'x'.repeat(999)}\u{1f680}${'y'.repeat(5_000_000)}`;
    expect((await deliver(kind, samples[kind].body('main', SHA, message), ports)).answer.status).toBe(202);
    expect(created).toEqual([{ sha: SHA, branch: 'main', message: `${'x'.repeat(999)}\ufffd` }]);
  },
);

test.each([
  ['Typo [skip-cd]\n', 'the commit message ends with [skip-cd]'],
  ['Typo [skip ci]\n\nSigned-off-by: Emma', 'the commit message has [skip ci]'],
  ['[CI SKIP] Typo', 'the commit message has [skip ci]'],
])('%j is not deployed on any host, however long it is', async (message, reason) => {
  for (const kind of GIT_HOSTS) {
    const { ports, created } = strictPorts(kind);
    const long = `${'x'.repeat(2000)} ${message}`;
    for (const body of [samples[kind].body('main', SHA, message), samples[kind].body('main', SHA, long)])
      expect((await deliver(kind, body, ports)).reasons).toEqual([reason]);
    expect(created).toEqual([]);
  }
});

test.each(['[skip-cd] is what I removed', 'skip ci', '[skip] ci'])('%j is deployed', async (message) => {
  const { ports, created } = strictPorts('github');
  await deliver('github', samples.github.body('main', SHA, message), ports);
  expect(created).toHaveLength(1);
});

test('one Bitbucket push to several branches deploys those that are connected, and tells why not the others', async () => {
  const { ports, created } = strictPorts('bitbucket');
  const branch = (name: string, digit: string, message = '') => ({
    new: { type: 'branch', name, target: { hash: digit.repeat(40), message } },
  });
  const changes = [
    branch('wip', '1'),
    branch('main', '2'),
    { new: null, old: { type: 'branch', name: 'gone' } },
    branch('next', '3'),
  ];
  const done = await deliver('bitbucket', { ...samples.bitbucket.body('x'), push: { changes } }, ports);
  expect(done.answer.body).toEqual({ accepted: 4 });
  expect(done.deployments).toMatchObject([{ site: 'shop-main' }, { site: 'shop-next' }]);
  expect(created.map(({ branch, sha }) => `${branch} ${sha[0]}`)).toEqual(['main 2', 'next 3']);
  expect(done.reasons).toEqual([
    'branch wip of acme/shop is not deployed by shop',
    'branch gone of acme/shop, which shop does not deploy, was deleted',
  ]);

  const many = strictPorts('bitbucket');
  const all = Array.from({ length: 120 }, () => branch('main', '4', '\u20ac'.repeat(5000)));
  const push = { ...samples.bitbucket.body('x'), push: { changes: all } };
  expect((await deliver('bitbucket', push, many.ports)).answer.body).toEqual({ accepted: 120 });
  expect(many.created).toHaveLength(120);
  expect((await deliver('bitbucket', push, many.ports)).deployments).toEqual([]);
});

test.each(['github', 'gitlab', 'bitbucket', 'gitea'] as const)(
  '%s: a repository of the same name at another server is not the one connected, and gets no token',
  async (kind) => {
    const url = 'https://elsewhere.example.com/acme/shop';
    const { ports, created } = strictPorts(kind, { repository: { host: kind, name: NAME, url } });
    const { reasons } = await deliver(kind, samples[kind].body('main'), ports);
    expect(reasons).toEqual([`shop is connected to acme/shop at another server than ${samples[kind].server}`]);
    expect(created).toEqual([]);
  },
);
