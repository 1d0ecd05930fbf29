/** Hooks that Towpath made: each has its own secret, and speaks of one repository. */
import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { HookRecord } from '../../../../aws/table/hooks.ts';
import type { GitHostKind } from '../../../../domain/deployment.ts';
import { hookSecret, newHookId } from '../../../../githost/index.ts';
import { NAME, proofOf, SHA, samples } from '../../../support/deliveries.ts';
import { run, SECRET, strictPorts, deliver as through } from './every-host.ts';

const KINDS = ['github', 'gitlab', 'bitbucket', 'gitea'] as const;
const ID = newHookId();
const recordOf = (kind: GitHostKind, id = ID, name = NAME): HookRecord => ({
  id,
  repository: { host: kind, name, url: `${samples[kind].server}/${name}` },
  createdAt: '2026-11-01T00:00:00Z',
});

async function deliver(kind: GitHostKind, secret: string, hook: string | undefined, records: HookRecord[]) {
  const { ports, created } = strictPorts(kind, {}, records);
  const rawBody = Buffer.from(JSON.stringify(samples[kind].body('main', SHA, 'Hello')));
  const headers = { ...samples[kind].headers, ...(await proofOf(kind, rawBody, secret)) };
  const { answer } = await through({ host: kind, hook, rawBody, headers }, ports);
  return { answer, created };
}

test.each(KINDS)('%s: a push that its hook tells of is deployed', async (kind) => {
  const { answer, created } = await deliver(kind, hookSecret(SECRET, ID), ID, [recordOf(kind)]);
  expect(answer.status).toBe(202);
  expect(created).toEqual([{ sha: SHA, branch: 'main', message: 'Hello' }]);
});

test.each(KINDS)(
  "%s: the stack's secret, another hook's, and one of a hook that is gone prove nothing",
  async (kind) => {
    const other = newHookId();
    const records = [recordOf(kind), recordOf(kind, other)];
    for (const [secret, hook, known] of [
      [SECRET, ID, records],
      [hookSecret(SECRET, other), ID, records],
      [hookSecret(SECRET, ID), undefined, records],
      [hookSecret(SECRET, ID), ID, []],
      [hookSecret('another stack', ID), ID, records],
      [hookSecret(SECRET, `${ID}0`), `${ID}0`, records],
    ] as const) {
      const { answer, created } = await deliver(kind, secret, hook, [...known]);
      expect(answer).toEqual({ status: 401, body: { message: 'The signature is missing or wrong.' } });
      expect(created).toEqual([]);
    }
  },
);

test.each(KINDS)(
  '%s: a hook of one repository speaks for no other; after a renaming it says what to do',
  async (kind) => {
    const { answer, created } = await deliver(kind, hookSecret(SECRET, ID), ID, [recordOf(kind, ID, 'acme/old')]);
    expect(created).toEqual([]);
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({
      ignored: expect.stringMatching(/is of acme\/old, and tells of acme\/shop .* --move/),
    });
  },
);

test.each(KINDS)('%s: whatever is in the query, a delivery is refused or taken, never a failure', async (kind) => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.constant(ID), fc.constant('')), fc.jsonValue(), async (hook, body) => {
      const { ports, created } = strictPorts(kind, {}, [recordOf(kind)]);
      const rawBody = Buffer.from(JSON.stringify(body));
      const headers = { ...samples[kind].headers, ...(await proofOf(kind, rawBody, hookSecret(SECRET, hook))) };
      const { status } = await run({ host: kind, hook, rawBody, headers }, ports);
      expect(status).toBe(hook === ID ? 202 : 401);
      expect(created).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

const standard = (secret: string, rawBody: Buffer, id = 'd', time = '1764066896') => {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const value = createHmac('sha256', key).update(`${id}.${time}.`).update(rawBody).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,${value}` };
};

test("gitlab: a signing token's signature decides, and no secret token stands in for it", async () => {
  const secret = hookSecret(SECRET, ID);
  const rawBody = Buffer.from(JSON.stringify(samples.gitlab.body('main')));
  const { 'x-gitlab-token': _, ...event } = samples.gitlab.headers;
  const signed = standard(secret, rawBody);
  const status = async (headers: Record<string, string>, body = rawBody) => {
    const { ports } = strictPorts('gitlab', {}, [recordOf('gitlab')]);
    return (await run({ host: 'gitlab', hook: ID, rawBody: body, headers: { ...event, ...headers } }, ports)).status;
  };
  expect(await status(signed)).toBe(202);
  expect(await status({ ...signed, 'webhook-signature': `v1a,x ${signed['webhook-signature']}` })).toBe(202);
  const token = { 'x-gitlab-token': secret };
  for (const forged of [
    { ...standard(hookSecret(SECRET, newHookId()), rawBody), ...token },
    { ...signed, ...token, 'webhook-id': 'another' },
    { ...signed, ...token, 'webhook-timestamp': '1764066897' },
    { ...signed, ...token, 'webhook-signature': '' },
    { ...signed, 'webhook-signature': signed['webhook-signature'].replace('v1,', 'v2,') },
    { 'webhook-signature': signed['webhook-signature'] },
  ]) {
    expect(await status(forged as Record<string, string>)).toBe(401);
  }
  expect(await status(signed, Buffer.from(`${rawBody} `))).toBe(401);
});
