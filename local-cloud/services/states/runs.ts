/** The executions that run now: starts the engine on a record, keeps what it writes, tells EventBridge. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '../../service.ts';
import { type Execution, type Outcome, startExecution } from './engine/execution.ts';
import type { Json, Machine } from './engine/language.ts';
import type { Clock } from './engine/scope.ts';
import { integrations } from './integrations.ts';
import { type ExecutionRecord, eventKey, eventsOf, type StatesRecords } from './records.ts';
import { statusEvent } from './status-event.ts';
import type { TaskTokens } from './task-tokens.ts';

export interface Runs {
  /** Runs the record's execution from its checkpoint, or from its start when it has none. */
  launch(record: ExecutionRecord, redriven?: number): void;
  /** Ends a running one as ABORTED; resolves once that is recorded. */
  stop(arn: string, error?: string, cause?: string): Promise<void>;
  /** Takes up what was running when the local cloud ended. */
  resume(): void;
  /** Leaves every execution as it stands; resolves when none writes any more. */
  suspend(): Promise<void>;
}

const AS_SERVICE = 'states.amazonaws.com';

export interface RunsOptions {
  /** How many times shorter than asked for the wait before a retry is: 1 unless said, as on AWS. */
  retryHaste?: number;
}

export function createRuns(
  environment: Environment,
  records: StatesRecords,
  tokens: TaskTokens,
  { retryHaste = 1 }: RunsOptions,
): Runs {
  const running = new Map<string, Execution>();
  const announcements = new Set<Promise<void>>();
  const sleep: Clock['sleep'] = async (ms, signal) => {
    await delay(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
  };
  const pause: Clock['pause'] = (ms, signal) => sleep(ms / retryHaste, signal);
  const clock: Clock = { now: environment.now, random: Math.random, sleep, pause };

  const announce = (record: ExecutionRecord): void => {
    const announced = tell(record).finally(() => announcements.delete(announced));
    announcements.add(announced);
  };

  const tell = async (record: ExecutionRecord): Promise<void> => {
    const Entries = [statusEvent(record, environment.now())];
    try {
      await environment.call('events', 'PutEvents', { Entries }, environment.asService(AS_SERVICE));
    } catch (error) {
      environment.log(`states: no status event for ${record.name}: ${(error as Error).message}`);
    }
  };

  const end = (arn: string, outcome: Outcome): void => {
    const record = records.executions.get(arn);
    if (!record) return;
    const ended = { ...record, ...outcome, stopDate: environment.now() };
    records.executions.put(arn, ended);
    if (ended.status === 'SUCCEEDED') records.checkpoints.delete(arn);
    announce(ended);
  };

  const launch = (record: ExecutionRecord, redriven?: number): void => {
    const { arn } = record;
    const caller = environment.asRole(record.roleArn);
    const checkpoint = records.checkpoints.get(arn);
    if (!checkpoint || redriven) announce(record);
    const execution = startExecution({
      definition: JSON.parse(records.definitions.get(record.definition) ?? '{}') as Machine,
      input: JSON.parse(record.input) as Json,
      context: contextOf(record),
      checkpoint,
      lastEventId: eventsOf(records, arn).length,
      redriven,
      startedAt: record.redriveDate ?? record.startDate,
      clock,
      perform: integrations({
        call: (scope, operation, input) => environment.call(scope, operation, input, caller),
        sleep: clock.sleep,
        tokens,
      }),
      append: (event) => records.events.put(eventKey(arn, event.id), event),
      save: (checkpoint) => records.checkpoints.put(arn, checkpoint),
      end: (outcome) => end(arn, outcome),
      atomically: records.atomically,
    });
    running.set(arn, execution);
    execution.finished
      .catch((error: Error) => environment.log(`states: the execution ${record.name} cannot go on: ${error.stack}`))
      .finally(() => running.delete(arn));
  };

  return {
    launch,
    stop: async (arn, error, cause) => {
      const execution = running.get(arn);
      execution?.stop(error, cause);
      await execution?.finished;
    },
    resume: () => {
      for (const [arn, record] of records.executions.entries()) {
        if (record.status === 'RUNNING' && !running.has(arn)) launch(record);
      }
    },
    suspend: async () => {
      const executions = [...running.values()];
      for (const execution of executions) execution.suspend();
      await Promise.allSettled(executions.map((execution) => execution.finished));
      await Promise.all(announcements);
    },
  };
}

function contextOf(record: ExecutionRecord): { [key: string]: Json } {
  const time = (date: number) => new Date(date).toISOString();
  return {
    Execution: {
      Id: record.arn,
      Input: JSON.parse(record.input) as Json,
      Name: record.name,
      RoleArn: record.roleArn,
      StartTime: time(record.startDate),
      RedriveCount: record.redriveCount,
      ...(record.redriveDate !== undefined && { RedriveTime: time(record.redriveDate) }),
    },
    StateMachine: { Id: record.machineArn, Name: record.machineName },
  };
}
