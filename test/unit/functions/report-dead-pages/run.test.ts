import { beforeEach, expect, jest, test } from '@jest/globals';
import type { QueueMessage } from '../../../../aws/queues.ts';
import { messageOf } from '../../../../edge/isr/queue.ts';
import { type ReportDeadPagesPorts, run } from '../../../../functions/report-dead-pages/run.ts';
import { eventDeployment } from '../../../support/event-deployment.ts';

const deployment = eventDeployment();
const PAGE = { release: deployment.id, key: '/clock', generatedAt: Date.parse('2026-11-20T09:00:00Z') };
const record = (id: string, body = messageOf(PAGE).MessageBody): QueueMessage => ({
  id,
  receiptHandle: `handle of ${id}`,
  body,
  attempt: 1,
});

let logged: object[];
let ports: ReportDeadPagesPorts & { emit: jest.Mock<ReportDeadPagesPorts['emit']> };
beforeEach(() => {
  logged = [];
  ports = {
    deployments: { get: async (id) => (id === deployment.id ? deployment : undefined) },
    emit: jest.fn<ReportDeadPagesPorts['emit']>(),
    log: (entry) => logged.push(entry),
  };
});

test('a page as the edge reports it is told, with the deployment that it is of', async () => {
  expect(await run([record('1')], ports)).toEqual([]);
  expect(ports.emit.mock.calls).toEqual([
    ['regeneration.dead-lettered', { deployment, page: '/clock', generatedAt: '2026-11-20T09:00:00.000Z' }],
  ]);
});

test.each([
  ['no JSON', 'hello', 'none of ours'],
  ['another version', JSON.stringify({ ...PAGE, version: 2 }), 'none of ours'],
  ['no page', JSON.stringify({ version: 1, release: PAGE.release, key: 'clock', generatedAt: 0 }), 'none of ours'],
  [
    'a release that is gone',
    messageOf({ ...PAGE, release: '01JD0000000000000000000009' }).MessageBody,
    'its release is gone',
  ],
])('%s is dropped with a word in the log', async (_, body, reason) => {
  expect(await run([record('1', body)], ports)).toEqual([]);
  expect(ports.emit).not.toHaveBeenCalled();
  expect(logged).toEqual([expect.objectContaining({ level: 'warn', message: `dead letter dropped: ${reason}` })]);
});

test('what could not be told comes again, and what follows it with it', async () => {
  ports.emit.mockResolvedValueOnce().mockRejectedValueOnce(new Error('busy'));
  const records = [record('1'), record('2'), record('3')];
  expect(await run(records, ports)).toEqual(records.slice(1));
  expect(ports.emit).toHaveBeenCalledTimes(2);
});
