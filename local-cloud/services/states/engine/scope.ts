/** What the states of one run share, and where each machine in it stands. */

import { ERRORS, StateError } from './errors.ts';
import type { StatesValue } from './evaluate.ts';
import type { History } from './history.ts';
import type { Json, Machine, State, Transition, Variables } from './language.ts';

/** Time as the engine sees it: tests put a fake one here. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** The wait before another try that a Retry asks for, likewise. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  /** In [0, 1), for jitter. */
  random(): number;
}

/** How far a task has come outside: a restarted local cloud waits for the same job or token again. */
export interface TaskProgress {
  token?: string;
  /** The job that a .sync task started, or the mark that a token's receiver was called. */
  job?: string;
}

export interface TaskRequest {
  resource: string;
  arguments: Json;
  /** Aborted with an Interruption or StateError when nobody waits for the result any more. */
  signal: AbortSignal;
  progress: TaskProgress;
  /** Records the started job before anything waits for it. */
  submitted(job: string, output: Json): void;
  /** The receiver of the task's token is alive. */
  heartbeat(): void;
}

/** Runs a task's resource. Rejects with a StateError that has `fromTask`. */
export type PerformTask = (request: TaskRequest) => Promise<Json>;

/** Where a machine stands: enough to go on after a restart or by a redrive. */
export interface Checkpoint {
  state: string;
  input: Json;
  variables: Variables;
  /** The event of entering `state`; absent until it is entered. */
  enteredEvent?: number;
  enteredAt?: number;
  /** How often each retrier of the state was used. */
  attempts?: number[];
  task?: TaskProgress;
  /** Branches of a Parallel, iterations of a Map. */
  parts?: Part[];
}

export type Part = { output: Json } | { at: Checkpoint };

export interface Run {
  clock: Clock;
  history: History;
  perform: PerformTask;
  /** Execution and StateMachine of the context object. */
  context: { [key: string]: Json };
  /** Writes the run's whole checkpoint. */
  save(): void;
  /** All writes of `work` or none. */
  atomically(work: () => void): void;
  runMachine(scope: Scope): Promise<Json>;
}

/** One machine of a run: the whole definition, a branch or an iteration. */
export interface Scope {
  run: Run;
  machine: Machine;
  at: Checkpoint;
  /** `{ Item: { Index, Value } }` inside a Map. */
  map?: Json;
  signal: AbortSignal;
  /** The event that the next one of this machine follows. */
  lastEvent: number;
}

export function currentState(scope: Scope): State {
  const state = scope.machine.States[scope.at.state];
  if (!state) throw new StateError(ERRORS.runtime, `There is no state named ${scope.at.state}.`);
  return state;
}

export function emit(scope: Scope, type: string, details?: Record<string, unknown>): void {
  scope.lastEvent = scope.run.history.add(type, details, scope.lastEvent);
}

/** `$states` for the current attempt of the current state. */
export function statesValue(scope: Scope): StatesValue {
  const { at, run, map } = scope;
  const retryCount = (at.attempts ?? []).reduce((sum, used) => sum + used, 0);
  const context: { [key: string]: Json } = {
    ...run.context,
    State: { Name: at.state, EnteredTime: new Date(at.enteredAt ?? 0).toISOString(), RetryCount: retryCount },
  };
  if (map !== undefined) context.Map = map;
  if (at.task?.token) context.Task = { Token: at.task.token };
  return { input: at.input, context };
}

/** What a state did: where to go, and the result of a Task, Parallel or Map. */
export interface Action {
  transition: Transition;
  result?: Json;
}

/** The checkpoint that a redrive starts from: same places, but attempts, tasks and waits begin anew. */
export function rewound(at: Checkpoint): Checkpoint {
  const { attempts: _attempts, task: _task, enteredAt: _enteredAt, parts, ...place } = at;
  return parts ? { ...place, parts: parts.map((part) => ('at' in part ? { at: rewound(part.at) } : part)) } : place;
}
