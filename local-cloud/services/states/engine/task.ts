/** A Task state's one attempt: arguments, time-out, heartbeat, and the events around its resource. */
import { randomUUID } from 'node:crypto';
import { asStateError, ERRORS, Interruption, StateError } from './errors.ts';
import { evaluate, evaluateSeconds } from './evaluate.ts';
import { payload } from './history.ts';
import type { Json, TaskState } from './language.ts';
import { type Clock, emit, type Scope, statesValue } from './scope.ts';

/** How history names a resource: `arn:aws:states:::codebuild:startBuild.sync` is `codebuild` and `startBuild.sync`. */
function nameResource(resource: string): { resourceType: string; resource: string } {
  const integration = /^arn:aws:states:::(.+):([^:]+)$/.exec(resource);
  return integration
    ? { resourceType: integration[1] as string, resource: integration[2] as string }
    : { resourceType: 'lambda', resource };
}

export async function runTask(scope: Scope, state: TaskState): Promise<Json> {
  const { at } = scope;
  const underWay = at.task?.job !== undefined;
  at.task ??= {};
  if (state.Resource.endsWith('.waitForTaskToken')) at.task.token ??= randomUUID();
  const states = statesValue(scope);
  const seconds = (template: Json | undefined) =>
    template === undefined ? undefined : evaluateSeconds(template, states, at.variables);
  const timeoutSeconds = await seconds(state.TimeoutSeconds);
  const heartbeatSeconds = await seconds(state.HeartbeatSeconds);
  const args = state.Arguments === undefined ? at.input : await evaluate(state.Arguments, states, at.variables);
  const parameters = payload(args, `arguments of state ${at.state}`);
  const named = nameResource(state.Resource);
  if (!underWay) {
    emit(scope, 'TaskScheduled', {
      ...named,
      region: 'local',
      parameters,
      timeoutInSeconds: timeoutSeconds,
      heartbeatInSeconds: heartbeatSeconds,
    });
    emit(scope, 'TaskStarted', named);
  }
  try {
    const result = await perform(scope, state.Resource, args, { timeoutSeconds, heartbeatSeconds });
    emit(scope, 'TaskSucceeded', { ...named, output: payload(result, `result of state ${at.state}`) });
    return result;
  } catch (thrown) {
    if (thrown instanceof Interruption) throw thrown;
    const { error, cause, fromTask } = asStateError(thrown);
    const timedOut = error === ERRORS.timeout || error === ERRORS.heartbeatTimeout;
    if (error !== ERRORS.dataLimit) emit(scope, timedOut ? 'TaskTimedOut' : 'TaskFailed', { ...named, error, cause });
    throw new StateError(error, cause, { fromTask: fromTask || timedOut });
  }
}

interface Limits {
  timeoutSeconds: number | undefined;
  heartbeatSeconds: number | undefined;
}

/** The resource's result, or the first of: an interruption, its time-out, a missed heartbeat. Then the resource is told. */
async function perform(scope: Scope, resource: string, args: Json, limits: Limits): Promise<Json> {
  const { run, at } = scope;
  const clock = run.clock;
  const over = new AbortController();
  const pulse = new EventTarget();
  const signal = AbortSignal.any([scope.signal, over.signal]);
  const progress = at.task ?? {};
  const contenders = [
    run.perform({
      resource,
      arguments: args,
      signal,
      progress,
      submitted: (job, output) => {
        run.atomically(() => {
          emit(scope, 'TaskSubmitted', { ...nameResource(resource), output: JSON.stringify(output) });
          at.task = { ...progress, job };
          run.save();
        });
      },
      heartbeat: () => pulse.dispatchEvent(new Event('beat')),
    }),
    interrupted(scope.signal),
    ...(limits.timeoutSeconds === undefined ? [] : [expire(clock, limits.timeoutSeconds, over.signal)]),
    ...(limits.heartbeatSeconds === undefined ? [] : [missBeat(clock, limits.heartbeatSeconds, over.signal, pulse)]),
  ];
  try {
    return await Promise.race(contenders);
  } catch (error) {
    over.abort(error);
    throw error;
  } finally {
    over.abort(new Interruption('sibling'));
  }
}

function interrupted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function expire(clock: Clock, seconds: number, over: AbortSignal): Promise<never> {
  await clock.sleep(seconds * 1000, over);
  throw new StateError(ERRORS.timeout, `The task took longer than its TimeoutSeconds, ${seconds}.`);
}

async function missBeat(clock: Clock, seconds: number, over: AbortSignal, pulse: EventTarget): Promise<never> {
  for (;;) {
    const beat = new AbortController();
    pulse.addEventListener('beat', () => beat.abort(), { once: true });
    try {
      await clock.sleep(seconds * 1000, AbortSignal.any([over, beat.signal]));
    } catch (error) {
      if (over.aborted) throw error;
      continue;
    }
    throw new StateError(ERRORS.heartbeatTimeout, `No heartbeat came within HeartbeatSeconds, ${seconds}.`);
  }
}
