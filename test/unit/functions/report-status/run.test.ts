/** What a commit's line at the Git host says in the end, whatever the order of events and the mood of the host. */
import { expect, jest, test } from '@jest/globals';
import type { QueueMessage } from '../../../../aws/queues.ts';
import { App } from '../../../../domain/app.ts';
import { DeclinedPreview } from '../../../../domain/declined-preview.ts';
import { DeploymentRecord } from '../../../../domain/deployment.ts';
import { commitStatus, declinedStatus } from '../../../../functions/report-status/commit-status.ts';
import { type ReportStatusPorts, run } from '../../../../functions/report-status/run.ts';
import type { HostRequest } from '../../../../githost/index.ts';

const ID = '01JD0000000000000000000001';
const record = DeploymentRecord.parse({
  id: ID,
  app: 'shop',
  site: 'shop-main',
  number: 3,
  repository: { host: 'gitea', name: 'acme/shop', url: 'https://git.example.com/acme/shop' },
  commit: { sha: 'a'.repeat(40), branch: 'main' },
  status: 'running',
  createdAt: '2026-11-20T10:00:00Z',
});
const messageOf = (attempt = 1, body?: string): QueueMessage => ({
  id: `m${attempt}`,
  receiptHandle: 'r',
  attempt,
  body:
    body ??
    JSON.stringify({
      id: 'e',
      source: 'towpath',
      'detail-type': 'deployment.started',
      time: '2026-11-20T10:00:01Z',
      detail: { version: 1, deployment: record },
    }),
});

/** The record as it is at each look, and the host's answers. */
function world(
  looks: (DeploymentRecord | undefined)[],
  answers: [status: number, headers?: Record<string, string>][],
  gitProblem?: App['gitProblem'],
) {
  const sent: { state: string; token: string | undefined }[] = [];
  let looked = 0;
  const app = App.parse({ id: 'shop', repository: record.repository, createdAt: record.createdAt, gitProblem });
  const ports = {
    apps: {
      get: async () => app,
      setGitProblem: jest.fn<ReportStatusPorts['apps']['setGitProblem']>(async () => undefined),
    },
    now: () => new Date('2026-11-20T10:00:05Z'),
    deployments: { get: async () => looks[Math.min(looked++, looks.length - 1)] },
    tokenOf: async () => 'NeverToBeSeen',
    send: async ({ body, headers }: HostRequest) => {
      const [status, more] = answers[Math.min(sent.length, answers.length - 1)] as (typeof answers)[number];
      sent.push({ state: JSON.parse(body as string).state, token: headers.authorization });
      return new Response('{}', { status, headers: more });
    },
    queue: { hide: jest.fn<ReportStatusPorts['queue']['hide']>(async () => undefined) },
    deadLetters: { send: jest.fn<ReportStatusPorts['deadLetters']['send']>(async () => undefined) },
    log: jest.fn<ReportStatusPorts['log']>(),
  };
  return { ports, states: () => sent.map(({ state }) => state), sent };
}
const succeeded = { ...record, status: 'succeeded' as const, url: 'https://d1.cloudfront.net' };

test('what the record says is told, once, with the token of the app', async () => {
  const { ports, sent } = world([record], [[201]]);
  expect(await run([messageOf()], ports)).toEqual([]);
  expect(sent).toEqual([{ state: 'pending', token: 'Bearer NeverToBeSeen' }]);
  expect(ports.log).not.toHaveBeenCalled();
});

test('a late event tells how things are, not how they were; a record that moves meanwhile is told again', async () => {
  const late = world([succeeded], [[201]]);
  await run([messageOf()], late.ports);
  expect(late.states()).toEqual(['success']);
  const moving = world([record, succeeded], [[201]]);
  await run([messageOf()], moving.ports);
  expect(moving.states()).toEqual(['pending', 'success']);
});

test.each([
  [1, undefined, 5],
  [4, undefined, 40],
  [2, { 'retry-after': '90' }, 90],
  [2, { 'retry-after': '86400' }, 3600],
])('attempt %i at a host that throttles with %j comes again after %i s', async (attempt, headers, seconds) => {
  const { ports } = world([record], [headers ? [429, headers as Record<string, string>] : [503]]);
  const message = messageOf(attempt);
  expect(await run([message], ports)).toEqual([message]);
  expect(ports.queue.hide).toHaveBeenCalledWith(message, seconds);
});

test('after a day of it, the message is a dead letter that says why', async () => {
  const { ports } = world([record], [[503]]);
  expect(await run([messageOf(30)], ports)).toEqual([]);
  expect(ports.deadLetters.send).toHaveBeenCalledWith(messageOf().body, {
    code: 'GIT_HOST_UNAVAILABLE',
    reason: 'The Git host git.example.com answered 503 for the status of commit aaaaaaa of acme/shop.',
    attempts: 30,
  });
});

test('a refusal is logged with what to do, and not repeated; no log has the token', async () => {
  const { ports, states } = world([record], [[403]]);
  expect(await run([messageOf()], ports)).toEqual([]);
  expect(states()).toEqual(['pending']);
  const [[entry]] = ports.log.mock.calls as [[Record<string, string>]];
  expect(entry).toMatchObject({
    level: 'warn',
    deployment: ID,
    code: 'GIT_TOKEN_REFUSED',
    remedy: expect.stringContaining('towpath rotate'),
  });
  expect(JSON.stringify(ports.log.mock.calls)).not.toContain('NeverToBeSeen');
});

const problem = { code: 'GIT_TOKEN_REFUSED', message: 'no', remedy: 'rotate', since: '2026-11-19T10:00:00Z' };

test.each([
  [
    'a refused token is remembered with the app',
    403,
    undefined,
    [['shop', expect.objectContaining({ code: 'GIT_TOKEN_REFUSED', since: '2026-11-20T10:00:05.000Z' })]],
  ],
  ['once', 403, problem, []],
  ['until it is taken', 201, problem, [['shop', undefined]]],
  ['a busy host says nothing of it', 503, problem, []],
  ['nor does a commit that is gone', 404, undefined, []],
  ['nor one that was told', 201, undefined, []],
])('%s', async (_, status, before, calls) => {
  const { ports } = world([record], [[status as number]], before as App['gitProblem']);
  await run([messageOf()], ports);
  expect(ports.apps.setGitProblem.mock.calls).toEqual(calls);
});

test('a pull request that gets no preview hears why, in no red, and again once a busy host is not', async () => {
  const declined = {
    kind: 'preview-declined',
    app: 'shop',
    site: 'shop-pull-7',
    repository: record.repository,
    sha: record.commit.sha,
    reason: 'pull request 7 comes from a fork, and shop has no previews of forks',
  };
  const { ports, sent } = world([], [[503], [201]]);
  const message = messageOf(1, JSON.stringify(declined));
  expect(await run([message], ports)).toEqual([message]);
  expect(ports.log).toHaveBeenCalledWith(
    expect.objectContaining({ message: 'commit status not set', site: 'shop-pull-7', code: 'GIT_HOST_UNAVAILABLE' }),
  );
  expect(await run([message], ports)).toEqual([]);
  expect(sent.at(-1)).toEqual({ state: 'success', token: 'Bearer NeverToBeSeen' });
  expect(declinedStatus(DeclinedPreview.parse(declined))).toEqual({
    state: 'success',
    context: 'towpath/shop-pull-7',
    description: 'No preview: pull request 7 comes from a fork, and shop has no previews of forks',
  });
});

test('a deployment that nobody knows, and an event of another version, are done with', async () => {
  const { ports, states } = world([undefined], [[201]]);
  const other = messageOf(1, JSON.stringify({ source: 'towpath', 'detail-type': 'deployment.exploded' }));
  expect(await run([messageOf(), other], ports)).toEqual([]);
  expect(states()).toEqual([]);
});

test('what is no JSON comes again, until the queue itself buries it; others of its batch are told', async () => {
  const { ports, states } = world([record], [[201]]);
  const broken = messageOf(1, 'hello?');
  expect(await run([broken, messageOf(2)], ports)).toEqual([broken]);
  expect(states()).toEqual(['pending']);
});

test.each([
  ['queued', 'pending', 'Deployment 3 waits for the one before it'],
  ['running', 'pending', 'Deployment 3 is running'],
  ['succeeded', 'success', 'Deployment 3 is live'],
  ['superseded', 'error', 'Deployment 3 was superseded by a newer one'],
  ['aborted', 'error', 'Deployment 3 was stopped'],
  ['failed', 'failure', 'Failed in Detect: No package.json.'],
] as const)('%s is %s', (status, state, description) => {
  const error = status === 'failed' ? { code: 'X', message: 'No package.json.', step: 'Detect' as const } : undefined;
  expect(commitStatus({ ...record, status, error })).toMatchObject({
    state,
    description,
    context: 'towpath/shop-main',
  });
});
