import { beforeEach, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { TimelineStore } from '../../../aws/table/timeline.ts';
import { TowpathError } from '../../../domain/errors.ts';
import { PipelineState } from '../../../domain/pipeline.ts';
import { type StepResult, stepHandler } from '../../../middleware/step.ts';
import { DEPLOYMENT_ID, pipelineState } from '../../support/pipeline-state.ts';

type Timeline = Pick<TimelineStore, 'start' | 'retry' | 'finish'>;
const NOW = '2026-01-02T03:04:05.000Z';
const context = { getRemainingTimeInMillis: () => 10_000 } as Context;

let timeline: { [Name in keyof Timeline]: jest.Mock<Timeline[Name]> };
let lines: string[];

beforeEach(() => {
  lines = [];
  timeline = {
    start: jest.fn<Timeline['start']>().mockResolvedValue(),
    retry: jest.fn<Timeline['retry']>().mockResolvedValue(),
    finish: jest.fn<Timeline['finish']>().mockResolvedValue(),
  };
});

const handlerOf = (run: () => Promise<StepResult<object>>) =>
  stepHandler(
    {
      step: 'Verify',
      input: PipelineState.pick({ version: true, deployment: true }),
      timeline,
      now: () => new Date(NOW),
      log: (line) => lines.push(line),
    },
    run,
  );

const invoke = (run: () => Promise<StepResult<object>>, event: unknown = pipelineState()) =>
  handlerOf(run)(event as PipelineState, context);

test('a step answers its output, and its figures go to the timeline', async () => {
  const answer = await invoke(async () => ({ output: { pages: 3 }, figures: { pages: 3 } }));

  expect(answer).toEqual({ pages: 3 });
  expect(timeline.start).toHaveBeenCalledWith(DEPLOYMENT_ID, 'Verify', NOW);
  expect(timeline.finish).toHaveBeenCalledWith(DEPLOYMENT_ID, 'Verify', {
    status: 'succeeded',
    finishedAt: NOW,
    figures: { pages: 3 },
  });
});

test('a failure keeps its name for Step Functions, and its remedy for the reader', async () => {
  const about = { code: 'PAGES_BROKEN', fault: 'user', retryable: false, remedy: 'Look.' } as const;
  const run = invoke(() => Promise.reject(new TowpathError(about, '/ answers 500')));

  await expect(run).rejects.toMatchObject({ name: 'PAGES_BROKEN' });
  expect(timeline.finish).toHaveBeenCalledWith(DEPLOYMENT_ID, 'Verify', {
    status: 'failed',
    finishedAt: NOW,
    figures: {},
    error: { code: 'PAGES_BROKEN', message: '/ answers 500', remedy: 'Look.' },
  });
});

test('what the state machine retries leaves the step running', async () => {
  const throttled = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });

  await expect(invoke(() => Promise.reject(throttled))).rejects.toMatchObject({ name: 'TransientAwsError' });
  expect(timeline.finish).not.toHaveBeenCalled();
  expect(timeline.retry).toHaveBeenCalledWith(
    DEPLOYMENT_ID,
    'Verify',
    NOW,
    expect.objectContaining({ code: 'TransientAwsError', message: 'ThrottlingException: Rate exceeded' }),
  );
});

test('a state of another version fails, and the timeline says so', async () => {
  const run = jest.fn<() => Promise<StepResult<object>>>();

  await expect(invoke(run, { ...pipelineState(), version: 99 })).rejects.toMatchObject({ name: 'INVALID_STATE_INPUT' });
  expect(run).not.toHaveBeenCalled();
  expect(timeline.finish).toHaveBeenCalledWith(
    DEPLOYMENT_ID,
    'Verify',
    expect.objectContaining({ status: 'failed', error: expect.objectContaining({ code: 'INVALID_STATE_INPUT' }) }),
  );
});

test('a timeline that cannot be written fails no step', async () => {
  timeline.start.mockRejectedValue(new Error('table is gone'));
  timeline.finish.mockRejectedValue(new Error('table is gone'));

  await expect(invoke(async () => ({ output: { ok: true } }))).resolves.toEqual({ ok: true });
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain(DEPLOYMENT_ID);
});
