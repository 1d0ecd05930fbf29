/** Runs an ASL definition on the local cloud's engine with a fake clock and fake tasks, keeping what it wrote. */
import { StateError } from '../../local-cloud/services/states/engine/errors.ts';
import { type Execution, type Outcome, startExecution } from '../../local-cloud/services/states/engine/execution.ts';
import type { HistoryEvent } from '../../local-cloud/services/states/engine/history.ts';
import type { Json, Machine } from '../../local-cloud/services/states/engine/language.ts';
import type { Checkpoint, TaskRequest } from '../../local-cloud/services/states/engine/scope.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

export type FakeTask = (request: TaskRequest) => Promise<Json> | Json;

export interface MachineRun {
  outcome: Outcome | undefined;
  /** The SUCCEEDED outcome's value. */
  output: Json | undefined;
  events: HistoryEvent[];
  checkpoint: Checkpoint | undefined;
  clock: VirtualClock;
}

export interface RunOptions {
  input?: Json;
  /** By the Arguments' FunctionName, or one for all. */
  task?: FakeTask;
  from?: MachineRun;
  redriven?: number;
  clock?: VirtualClock;
  started?: (execution: Execution) => void;
}

export const task = (name: string, more: object = {}): object => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: name, Payload: '{% $states.input %}' },
  ...more,
});

export function taskError(error: string, cause = 'cause'): StateError {
  return new StateError(error, cause, { fromTask: true });
}

export async function runDefinition(definition: object, options: RunOptions = {}): Promise<MachineRun> {
  const { input = {}, task = () => null, from, redriven, clock = virtualClock(), started } = options;
  const run: MachineRun = {
    outcome: undefined,
    output: undefined,
    events: from ? [...from.events] : [],
    checkpoint: from?.checkpoint,
    clock,
  };
  const execution = startExecution({
    definition: definition as Machine,
    input,
    context: { Execution: { Id: 'arn:1', RedriveCount: redriven ?? 0 }, StateMachine: { Name: 'machine' } },
    checkpoint: from?.checkpoint && structuredClone(from.checkpoint),
    lastEventId: run.events.length,
    redriven,
    startedAt: clock.now(),
    clock,
    perform: async (request) => task(request),
    append: (event) => void run.events.push(event),
    save: (checkpoint) => {
      run.checkpoint = structuredClone(checkpoint);
    },
    end: (outcome) => {
      run.outcome = outcome;
      run.output = outcome.status === 'SUCCEEDED' ? (JSON.parse(outcome.output) as Json) : undefined;
    },
    atomically: (work) => work(),
  });
  started?.(execution);
  await execution.finished;
  return run;
}
