import { describe, expect, jest, test } from '@jest/globals';
import type { TimelineEntry } from '../../../../domain/deployment.ts';
import { BuildEvent } from '../../../../functions/record-build/build-event.ts';
import { type RecordBuildPorts, run } from '../../../../functions/record-build/run.ts';

const DEPLOYMENT = '01JD0000000000000000000001';

/** After AWS's own example of the event. */
const event = (status: string | undefined, change: { time?: string; information?: object } = {}) =>
  BuildEvent.parse({
    time: change.time ?? '2026-11-20T10:00:05Z',
    detail: {
      ...(status ? { 'build-status': status } : { 'completed-phase': 'INSTALL' }),
      'project-name': 'towpath-dev-build',
      'build-id': 'arn:aws:codebuild:us-east-1:111122223333:build/towpath-dev-build:0cfbb2aa',
      'additional-information': {
        environment: {
          'environment-variables': [{ name: 'TOWPATH_DEPLOYMENT_ID', type: 'PLAINTEXT', value: DEPLOYMENT }],
        },
        logs: { 'group-name': '/aws/codebuild/towpath-dev-build', 'stream-name': '0cfbb2aa' },
        phases: [
          {
            'phase-type': 'SUBMITTED',
            'phase-status': 'SUCCEEDED',
            'duration-in-seconds': 0,
            'phase-context': ['     : '],
          },
          {
            'phase-type': 'INSTALL',
            'phase-status': 'SUCCEEDED',
            'duration-in-seconds': 4,
            'phase-context': ['     : '],
          },
          { 'phase-type': 'COMPLETED' },
        ],
        ...change.information,
      },
    },
  });

const ports = (known: TimelineEntry[] = []) => ({
  timeline: {
    start: jest.fn<RecordBuildPorts['timeline']['start']>(async () => undefined),
    progress: jest.fn<RecordBuildPorts['timeline']['progress']>(async () => undefined),
    finish: jest.fn<RecordBuildPorts['timeline']['finish']>(async () => undefined),
    list: async () => known,
  },
  log: jest.fn<RecordBuildPorts['log']>(),
});

test('a build that begins starts the Build entry', async () => {
  const given = ports();
  await run(event('IN_PROGRESS'), given);
  expect(given.timeline.start).toHaveBeenCalledWith(DEPLOYMENT, 'Build', '2026-11-20T10:00:05.000Z');
  expect(given.timeline.finish).not.toHaveBeenCalled();
});

describe('a phase that is over', () => {
  const running = (figures: TimelineEntry['figures'] = {}): TimelineEntry => ({
    step: 'Build',
    status: 'running',
    startedAt: '2026-11-20T10:00:00.000Z',
    figures,
  });

  test('tells how long it took and where the log is, while the build goes on', async () => {
    const given = ports([running()]);
    await run(event(undefined), given);
    expect(given.timeline.progress).toHaveBeenCalledWith(DEPLOYMENT, 'Build', {
      buildId: 'towpath-dev-build:0cfbb2aa',
      logGroup: '/aws/codebuild/towpath-dev-build',
      logStream: '0cfbb2aa',
      'INSTALL s': 4,
    });
    expect(given.timeline.start).not.toHaveBeenCalled();
    expect(given.timeline.finish).not.toHaveBeenCalled();
  });

  test.each<[string, TimelineEntry[], string]>([
    ['before the build began', [], '2026-11-20T10:00:05Z'],
    ['of an earlier build', [running()], '2026-11-20T09:59:59Z'],
    [
      'after one that knew more',
      [running({ buildId: '', logGroup: '', logStream: '', 'INSTALL s': 4, 'BUILD s': 9 })],
      '2026-11-20T10:00:05Z',
    ],
    [
      'after the end',
      [{ ...running(), status: 'succeeded', finishedAt: '2026-11-20T10:00:09.000Z' }],
      '2026-11-20T10:00:05Z',
    ],
  ])('changes nothing %s', async (_, known, time) => {
    const given = ports(known);
    await run(event(undefined, { time }), given);
    expect(given.timeline.progress).not.toHaveBeenCalled();
  });
});

test('a build that succeeds ends it, with the place of its log', async () => {
  const given = ports();
  await run(event('SUCCEEDED'), given);
  expect(given.timeline.finish).toHaveBeenCalledWith(DEPLOYMENT, 'Build', {
    status: 'succeeded',
    finishedAt: '2026-11-20T10:00:05.000Z',
    figures: {
      buildId: 'towpath-dev-build:0cfbb2aa',
      logGroup: '/aws/codebuild/towpath-dev-build',
      logStream: '0cfbb2aa',
      'INSTALL s': 4,
    },
  });
});

test('a build that fails names the phase that failed first', async () => {
  const given = ports();
  const phases = [
    {
      'phase-type': 'BUILD',
      'phase-status': 'FAILED',
      'duration-in-seconds': 9,
      'phase-context': ['COMMAND_EXECUTION_ERROR: Error while executing command: npm run build. Reason: exit status 1'],
    },
    {
      'phase-type': 'UPLOAD_ARTIFACTS',
      'phase-status': 'CLIENT_ERROR',
      'phase-context': ['CLIENT_ERROR: no matching base directory path'],
    },
  ];
  await run(event('FAILED', { information: { phases } }), given);
  expect(given.timeline.finish).toHaveBeenCalledWith(
    DEPLOYMENT,
    'Build',
    expect.objectContaining({
      status: 'failed',
      error: {
        code: 'BUILD_FAILED',
        message: 'The build failed in BUILD: Error while executing command: npm run build. Reason: exit status 1',
        remedy: "The end of the build's log says why.",
      },
    }),
  );
});

test('a build that ran out of time says how much it had, and how to give it more', async () => {
  const given = ports();
  const phases = [
    { 'phase-type': 'PRE_BUILD', 'phase-status': 'SUCCEEDED', 'phase-context': ['     : '] },
    {
      'phase-type': 'BUILD',
      'phase-status': 'TIMED_OUT',
      'phase-context': ['BUILD_TIMED_OUT: Build has timed out. '],
    },
  ];
  await run(event('TIMED_OUT', { information: { phases, 'timeout-in-minutes': 30 } }), given);
  expect(given.timeline.finish).toHaveBeenCalledWith(
    DEPLOYMENT,
    'Build',
    expect.objectContaining({
      status: 'failed',
      error: {
        code: 'BUILD_TIMED_OUT',
        message: 'The build was still in BUILD after the 30 minutes that it has.',
        remedy: expect.stringContaining('--build-timeout'),
      },
    }),
  );
});

test('an event that comes late changes nothing; the build of a replay does', async () => {
  const finished: TimelineEntry = {
    step: 'Build',
    status: 'failed',
    startedAt: '2026-11-20T09:59:00.000Z',
    finishedAt: '2026-11-20T10:00:05.000Z',
    figures: {},
  };
  const late = ports([finished]);
  await run(event('IN_PROGRESS', { time: '2026-11-20T09:59:00Z' }), late);
  await run(event('FAILED'), late);
  expect(late.timeline.start).not.toHaveBeenCalled();
  expect(late.timeline.finish).not.toHaveBeenCalled();

  const replay = ports([finished]);
  await run(event('IN_PROGRESS', { time: '2026-11-20T10:05:00Z' }), replay);
  expect(replay.timeline.start).toHaveBeenCalledTimes(1);
});

test("a build that is not Towpath's is logged and left alone", async () => {
  const given = ports();
  await run(event('SUCCEEDED', { information: { environment: {} } }), given);
  expect(given.timeline.finish).not.toHaveBeenCalled();
  expect(given.log).toHaveBeenCalledWith(expect.objectContaining({ message: 'build without a deployment' }));
});
