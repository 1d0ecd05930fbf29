/** GitHub's own recorded deliveries, signed by GitHub's own library. */

import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import { sign } from '@octokit/webhooks-methods';
import { gitHost, type Told } from '../../../githost/index.ts';

/** The package is one JSON file. */
const examples: { name: string; examples: object[] }[] = createRequire(import.meta.url)('@octokit/webhooks-examples');
const host = gitHost('github')!;
const SECRET = "It's a Secret to Everybody";
const HEAD = '6113728f27ae82c7b1a177c8d03f9e96e0adf246';
const deliveries = examples.flatMap(({ name, examples }) => examples.map((body) => ({ name, body })));
const parse = (name: string, body: object) =>
  host.parsePush({ 'x-github-event': name, 'x-github-delivery': 'd' }, Buffer.from(JSON.stringify(body)));

test('each of them is genuine under its secret, and with one byte changed it is not', async () => {
  for (const { body } of deliveries) {
    const raw = Buffer.from(JSON.stringify(body));
    const headers = { 'x-hub-signature-256': await sign(SECRET, raw.toString()) };
    expect(await host.verify(raw, headers, SECRET)).toBe(true);
    expect(await host.verify(raw, headers, `${SECRET}.`)).toBe(false);
    raw[raw.length >> 1]! ^= 1;
    expect(await host.verify(raw, headers, SECRET)).toBe(false);
  }
});

test('bytes that are no text are not what text was signed, though both decode alike', async () => {
  const signature = await sign(SECRET, '"\ufffd"');
  const verify = (raw: Buffer) => host.verify(raw, { 'x-hub-signature-256': signature }, SECRET);
  expect(await verify(Buffer.from('"\ufffd"'))).toBe(true);
  expect(await verify(Buffer.from([0x22, 0xff, 0x22]))).toBe(false);
  expect(await verify(Buffer.concat([Buffer.from('\ufeff'), Buffer.from('"\ufffd"')]))).toBe(false);
});

const said = (change: Told) =>
  change.kind === 'ignored'
    ? change.reason
    : change.kind === 'tag'
      ? `tag ${change.tag} at ${change.sha}`
      : change.kind === 'push'
        ? `${change.branch} at ${change.sha}`
        : `${change.branch}: ${change.kind}`;

test('a pull request is one that brings commits, or has ended; labels, reviewers and the rest change nothing', () => {
  const pulls = deliveries.filter(({ name }) => name === 'pull_request');
  expect(pulls.length).toBeGreaterThan(20);
  const meanings = Object.fromEntries(
    pulls.map(({ body }) => {
      const [change] = parse('pull_request', body);
      return [(body as { action: string }).action, change?.kind === 'pull-request' ? change.change : change?.kind];
    }),
  );
  const { opened, reopened, synchronize, closed, ...others } = meanings;
  expect({ opened, reopened, synchronize, closed }).toEqual({
    opened: 'opened',
    reopened: 'opened',
    synchronize: 'updated',
    closed: 'closed',
  });
  expect(new Set(Object.values(others))).toEqual(new Set(['ignored']));
});

test('a push to a branch is one; tags, pings and all other events are ignored with a reason', () => {
  const all = deliveries.map(({ name, body }) => {
    const [change, ...more] = parse(name, body);
    expect(more).toEqual([]);
    return { name, says: said(change!) };
  });
  const pushes = all.filter(({ name }) => name === 'push').map(({ says }) => says);
  expect(new Set(pushes)).toEqual(
    new Set([`master at ${HEAD}`, `tag simple-tag at ${HEAD}`, 'tag simple-tag was deleted']),
  );
  expect(pushes.filter((says) => says.startsWith('master'))).toHaveLength(2);
  const others = all.filter(({ name }) => name !== 'push' && name !== 'pull_request');
  expect(others.length).toBeGreaterThan(200);
  for (const { name, says } of others) expect(says).toBe(`event "${name}" is no push`);
});

test('a forced push with neither commits nor head_commit is a push to where the branch now is', () => {
  const [push] = deliveries.filter(({ name, body }) => name === 'push' && JSON.stringify(body).includes('refs/heads/'));
  expect(parse('push', { ...push!.body, forced: true, commits: [], head_commit: null })).toMatchObject([
    { kind: 'push', branch: 'master', sha: HEAD, message: '' },
  ]);
});
