/**
 * What every step function has around its `run`: the state is parsed, the timeline written, errors given the names that
 * statemachines/*.asl.yml retries on. A step that did its work never fails because its timeline could not be written.
 */
import middy, { type MiddlewareObj } from '@middy/core';
import * as z from 'zod';
import type { TimelineStore } from '../aws/table/timeline.ts';
import type { StepName, TimelineEntry } from '../domain/deployment.ts';
import { TowpathError } from '../domain/errors.ts';
import { namedForRetry } from './transient.ts';

export interface StepResult<Output> {
  /** The part of the state that this step adds. */
  output: Output;
  /** What it counted, for the timeline. */
  figures?: TimelineEntry['figures'];
}

export interface StepOptions<Schema extends z.ZodType> {
  step: StepName;
  /** The keys of domain/pipeline.ts's PipelineState that the step reads. */
  input: Schema;
  timeline: Pick<TimelineStore, 'start' | 'retry' | 'finish'>;
  now?: () => Date;
  log?: (line: string) => void;
}

const INVALID_STATE_INPUT = {
  code: 'INVALID_STATE_INPUT',
  fault: 'towpath',
  retryable: false,
  remedy: 'Start the commit again with a new deployment: this execution was begun by another version of the pipeline.',
} as const;

const Identified = z.object({ deployment: z.object({ id: z.string() }) });

const deploymentIdOf = (event: unknown) => Identified.safeParse(event).data?.deployment.id;

function parseState<Schema extends z.ZodType>(step: StepName, schema: Schema, event: unknown): z.output<Schema> {
  const parsed = schema.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new TowpathError(
    INVALID_STATE_INPUT,
    `${step} was given a state it cannot read: ${z.prettifyError(parsed.error)}`,
    {
      cause: parsed.error,
    },
  );
}

/** Characters: an item of the table has 400 KB, and a reader less patience. */
const MAX_MESSAGE = 4000;

function timelineError(error: Error): NonNullable<TimelineEntry['error']> {
  const message = error.message.slice(0, MAX_MESSAGE);
  return error instanceof TowpathError
    ? { code: error.code, message, remedy: error.remedy }
    : { code: error.name, message };
}

function timelineMiddleware<Schema extends z.ZodType, Output>({
  step,
  input,
  timeline,
  now = () => new Date(),
  log = (line) => console.error(line),
}: StepOptions<Schema>): MiddlewareObj<z.output<Schema>, Output> {
  let deployment: string | undefined;
  const write = async (entry: (id: string) => Promise<void>) => {
    if (!deployment) return;
    try {
      await entry(deployment);
    } catch (error) {
      log(`${step} of deployment ${deployment}: its timeline entry could not be written: ${error}`);
    }
  };

  return {
    async before(request) {
      deployment = deploymentIdOf(request.event);
      await write((id) => timeline.start(id, step, now().toISOString()));
      request.event = parseState(step, input, request.event);
    },
    async after(request) {
      const { output, figures = {} } = request.response as unknown as StepResult<Output>;
      const finishedAt = now().toISOString();
      await write((id) => timeline.finish(id, step, { status: 'succeeded', finishedAt, figures }));
      request.response = output;
    },
    async onError(request) {
      const error = namedForRetry(request.error ?? new Error('unknown error'));
      const finishedAt = now().toISOString();
      const failure = { status: 'failed', finishedAt, figures: {}, error: timelineError(error) } as const;
      const isRetried = error instanceof TowpathError && error.retryable;
      await write((id) =>
        isRetried ? timeline.retry(id, step, finishedAt, failure.error) : timeline.finish(id, step, failure),
      );
      request.error = error;
    },
  };
}

/** The Lambda handler of a step: `export const handler = stepHandler({ step, input, timeline }, (input) => run(input, ports))`. */
export function stepHandler<Schema extends z.ZodType, Output>(
  options: StepOptions<Schema>,
  run: (input: z.output<Schema>) => Promise<StepResult<Output>>,
) {
  return middy<z.output<Schema>, Output>()
    .use(timelineMiddleware<Schema, Output>(options))
    .handler((event) => run(event) as Promise<Output>);
}
