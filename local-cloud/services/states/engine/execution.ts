/**
 * One run of an execution: from its start, from the checkpoint that a killed local cloud left, or from a redrive's.
 * The caller keeps events and checkpoints; nothing here outlives the run.
 */
import { asStateError, ERRORS, Interruption } from './errors.ts';
import { type HistoryEvent, openHistory } from './history.ts';
import type { Json, Machine } from './language.ts';
import { runMachine } from './machine.ts';
import type { Checkpoint, Clock, PerformTask, Run } from './scope.ts';

export interface ExecutionOptions {
  definition: Machine;
  input: Json;
  /** Members Execution and StateMachine of the context object. */
  context: { [key: string]: Json };
  /** Absent for a first run. */
  checkpoint?: Checkpoint;
  /** Id of the last event in the history so far; 0 for a first run. */
  lastEventId: number;
  /** How often it was redriven, when this run begins by a redrive. */
  redriven?: number;
  /** When the machine's TimeoutSeconds began to count, in milliseconds since the epoch. */
  startedAt: number;
  clock: Clock;
  perform: PerformTask;
  append(event: HistoryEvent): void;
  save(checkpoint: Checkpoint): void;
  /** Called once with the outcome, in one transaction with the last event; never when the run was suspended. */
  end(outcome: Outcome): void;
  atomically(work: () => void): void;
}

export type Outcome =
  | { status: 'SUCCEEDED'; output: string }
  | { status: 'FAILED' | 'ABORTED' | 'TIMED_OUT'; error: string | undefined; cause: string | undefined };

export interface Execution {
  /** Resolves when it has ended or was suspended. */
  finished: Promise<void>;
  /** Ends it as ABORTED. */
  stop(error?: string, cause?: string): void;
  /** Leaves it as it is, to go on from its checkpoint another time: nothing is written from here on. */
  suspend(): void;
}

export function startExecution(options: ExecutionOptions): Execution {
  const ending = new AbortController();
  const suspension = new AbortController();
  return {
    finished: run(options, ending, suspension.signal),
    stop: (error, cause) => ending.abort(new Interruption('stopped', error, cause)),
    suspend: () => {
      const reason = new Interruption('suspended');
      suspension.abort(reason);
      ending.abort(reason);
    },
  };
}

const LAST_EVENT = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  ABORTED: 'ExecutionAborted',
  TIMED_OUT: 'ExecutionTimedOut',
};

async function run(options: ExecutionOptions, ending: AbortController, suspended: AbortSignal): Promise<void> {
  const { definition, clock, atomically } = options;
  const history = openHistory(options.lastEventId, clock.now, options.append, suspended);
  if (options.lastEventId === 0) history.add('ExecutionStarted', { input: JSON.stringify(options.input) });
  if (options.redriven) history.add('ExecutionRedriven', { redriveCount: options.redriven });
  const at = options.checkpoint ?? { state: definition.StartAt, input: options.input, variables: {} };
  const shared: Run = {
    clock,
    history,
    perform: options.perform,
    context: options.context,
    save: () => {
      suspended.throwIfAborted();
      options.save(at);
    },
    atomically,
    runMachine,
  };
  const over = new AbortController();
  if (definition.TimeoutSeconds !== undefined) limit(options, definition.TimeoutSeconds, ending, over.signal);
  const outcome = await runMachine({
    run: shared,
    machine: definition,
    at,
    signal: ending.signal,
    lastEvent: history.lastId(),
  }).then(succeeded, failed);
  over.abort();
  if (suspended.aborted) return;
  atomically(() => {
    const { status, ...details } = outcome;
    history.add(LAST_EVENT[status], details);
    options.end(outcome);
  });
}

/** The machine's own TimeoutSeconds: no Catch takes it. */
function limit(options: ExecutionOptions, seconds: number, ending: AbortController, over: AbortSignal): void {
  const left = options.startedAt + seconds * 1000 - options.clock.now();
  const expire = () =>
    ending.abort(new Interruption('timedOut', ERRORS.timeout, `The execution took longer than ${seconds} seconds.`));
  options.clock.sleep(Math.max(0, left), over).then(expire, () => {});
}

function succeeded(output: Json): Outcome {
  return { status: 'SUCCEEDED', output: JSON.stringify(output) };
}

function failed(thrown: unknown): Outcome {
  if (thrown instanceof Interruption) {
    return {
      status: thrown.kind === 'timedOut' ? 'TIMED_OUT' : 'ABORTED',
      error: thrown.error,
      cause: thrown.reason,
    };
  }
  const { error, cause } = asStateError(thrown);
  return { status: 'FAILED', error, cause };
}
