/** Pushes of every host through the whole function. */
import { expect, test } from '@jest/globals';
import { GIT_HOSTS, type GitHostKind } from '../../../../domain/deployment.ts';
import { type ReceiveWebhookPorts, run } from '../../../../functions/receive-webhook/run.ts';
import { NAME, proofOf, SHA, samples } from '../../../support/deliveries.ts';
import { SECRET, strictPorts } from './every-host.ts';

async function deliver(kind: GitHostKind, body: object, ports: ReceiveWebhookPorts) {
  const rawBody = Buffer.from(JSON.stringify(body));
  const proof = await proofOf(kind, rawBody, SECRET);
  return run({ host: kind, rawBody, headers: { ...samples[kind].headers, ...proof } }, ports);
}

test.each(GIT_HOSTS)('%s: a push is deployed once, a redelivery is not', async (kind) => {
  const { ports, created } = strictPorts(kind);
  const body = samples[kind].body('main', SHA, 'Hello');
  expect((await deliver(kind, body, ports)).body).toEqual({
    deployments: [{ id: '01JD0000000000000000000001', site: 'shop-main', status: 'started' }],
  });
  expect(created).toEqual([{ sha: SHA, branch: 'main', message: 'Hello' }]);
  expect((await deliver(kind, body, ports)).body).toEqual({ ignored: 'this delivery was already handled' });
  expect(created).toHaveLength(1);
});

test.each(GIT_HOSTS)(
  '%s: a push of 5 MB, most of it one message, is taken with the beginning of that message',
  async (kind) => {
    const { ports, created } = strictPorts(kind);
    const message = `${'x'.repeat(999)}\u{1f680}${'y'.repeat(5_000_000)}`;
    expect((await deliver(kind, samples[kind].body('main', SHA, message), ports)).status).toBe(202);
    expect(created).toEqual([{ sha: SHA, branch: 'main', message: `${'x'.repeat(999)}\ufffd` }]);
  },
);

test.each([
  ['Typo [skip-cd]\n', 'the commit message ends with [skip-cd]'],
  ['Typo [skip ci]\n\nSigned-off-by: Emma', 'the commit message has [skip ci]'],
  ['[CI SKIP] Typo', 'the commit message has [skip ci]'],
])('%j is not deployed on any host, and the reason is logged', async (message, reason) => {
  for (const kind of GIT_HOSTS) {
    const { ports, created, logs } = strictPorts(kind);
    expect((await deliver(kind, samples[kind].body('main', SHA, message), ports)).body).toEqual({ ignored: reason });
    expect(created).toEqual([]);
    expect(logs).toContainEqual(expect.objectContaining({ message: 'delivery ignored', reason }));
  }
});

test.each(['[skip-cd] is what I removed', 'skip ci', '[skip] ci'])('%j is deployed', async (message) => {
  const { ports, created } = strictPorts('github');
  await deliver('github', samples.github.body('main', SHA, message), ports);
  expect(created).toHaveLength(1);
});

test('one Bitbucket push to several branches deploys those that are connected, and logs why not the others', async () => {
  const { ports, created, logs } = strictPorts('bitbucket');
  const branch = (name: string, digit: string, message = '') => ({
    new: { type: 'branch', name, target: { hash: digit.repeat(40), message } },
  });
  const changes = [
    branch('wip', '1'),
    branch('main', '2'),
    { new: null, old: { type: 'branch', name: 'gone' } },
    branch('next', '3'),
  ];
  const { body } = await deliver('bitbucket', { ...samples.bitbucket.body('x'), push: { changes } }, ports);
  expect(body).toMatchObject({ deployments: [{ site: 'shop-main' }, { site: 'shop-next' }] });
  expect(created.map(({ branch, sha }) => `${branch} ${sha[0]}`)).toEqual(['main 2', 'next 3']);
  expect(logs.flatMap((entry) => ('reason' in entry ? [entry.reason] : []))).toEqual([
    'branch wip of acme/shop is not deployed by shop',
    'branch gone of acme/shop, which shop does not deploy, was deleted',
  ]);

  const again = strictPorts('bitbucket');
  const none = {
    ...samples.bitbucket.body('x'),
    push: { changes: [branch('wip', '1'), branch('main', '2', '[skip ci]')] },
  };
  expect((await deliver('bitbucket', none, again.ports)).body).toEqual({
    ignored: 'branch wip of acme/shop is not deployed by shop; the commit message has [skip ci]',
  });
});

test.each(['github', 'gitlab', 'bitbucket', 'gitea'] as const)(
  '%s: a repository of the same name at another server is not the one connected, and gets no token',
  async (kind) => {
    const url = 'https://elsewhere.example.com/acme/shop';
    const { ports, created } = strictPorts(kind, { repository: { host: kind, name: NAME, url } });
    const { body } = await deliver(kind, samples[kind].body('main'), ports);
    expect(body).toEqual({
      ignored: `shop is connected to acme/shop at another server than ${samples[kind].server}`,
    });
    expect(created).toEqual([]);
  },
);
