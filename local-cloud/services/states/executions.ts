/** Executions: started, stopped, redriven. */
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Environment, Operations } from '../../service.ts';
import { MAX_PAYLOAD_BYTES } from './engine/history.ts';
import { rewound } from './engine/scope.ts';
import { findExecution } from './execution-views.ts';
import { definitionKey, executionPrefix, type Machines } from './machines.ts';
import { checkName } from './names.ts';
import { type ExecutionRecord, eventsOf, type StatesRecords } from './records.ts';
import { whyNotRedrivable } from './redrive.ts';
import type { Runs } from './runs.ts';

interface StartInput {
  stateMachineArn: string;
  name?: string;
  input?: string;
}

export function createExecutions(
  environment: Environment,
  records: StatesRecords,
  machines: Machines,
  runs: Runs,
): Operations {
  const find = (arn: string) => findExecution(records, arn);

  return {
    StartExecution: async ({ stateMachineArn, name = randomUUID(), input = '{}' }: StartInput) => {
      const machine = machines.find(stateMachineArn);
      checkName(name);
      checkInput(input);
      const arn = `${executionPrefix(machine.arn)}:${name}`;
      const existing = records.executions.get(arn);
      if (existing) return sameOrConflict(existing, input);
      const record: ExecutionRecord = {
        arn,
        name,
        machineArn: machine.arn,
        machineName: machine.name,
        roleArn: machine.roleArn,
        definition: definitionKey(machine.definition),
        input,
        status: 'RUNNING',
        startDate: environment.now(),
        redriveCount: 0,
      };
      records.atomically(() => {
        records.definitions.put(record.definition, machine.definition);
        records.executions.put(arn, record);
      });
      runs.launch(record);
      return { executionArn: arn, startDate: new Date(record.startDate) };
    },
    StopExecution: async (input: { executionArn: string; error?: string; cause?: string }) => {
      const { arn } = find(input.executionArn);
      await runs.stop(arn, input.error, input.cause);
      return { stopDate: new Date(find(arn).stopDate ?? environment.now()) };
    },
    RedriveExecution: async (input: { executionArn: string; clientToken?: string }) => {
      const execution = find(input.executionArn);
      if (input.clientToken && input.clientToken === execution.redriveToken) {
        return { redriveDate: new Date(execution.redriveDate ?? 0) };
      }
      const reason = whyNotRedrivable(execution, environment.now(), eventsOf(records, execution.arn).length);
      if (reason) throw new AwsError('ExecutionNotRedrivable', reason);
      const { stopDate: _stopDate, error: _error, cause: _cause, ...rest } = execution;
      const record: ExecutionRecord = {
        ...rest,
        status: 'RUNNING',
        redriveCount: execution.redriveCount + 1,
        redriveDate: environment.now(),
        redriveToken: input.clientToken,
      };
      const checkpoint = records.checkpoints.get(record.arn);
      records.atomically(() => {
        records.executions.put(record.arn, record);
        if (checkpoint) records.checkpoints.put(record.arn, rewound(checkpoint));
      });
      runs.launch(record, record.redriveCount);
      return { redriveDate: new Date(record.redriveDate ?? 0) };
    },
  };
}

function checkInput(input: string): void {
  if (Buffer.byteLength(input) > MAX_PAYLOAD_BYTES) {
    throw new AwsError(
      'ValidationException',
      `Value at 'input' must have length less than or equal to ${MAX_PAYLOAD_BYTES}`,
    );
  }
  try {
    JSON.parse(input);
  } catch (error) {
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${(error as Error).message}'`);
  }
}

/** A name belongs to its first execution; asking again with the same input while it runs answers the same one. */
function sameOrConflict(existing: ExecutionRecord, input: string): object {
  if (existing.status === 'RUNNING' && existing.input === input) {
    return { executionArn: existing.arn, startDate: new Date(existing.startDate) };
  }
  throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${existing.arn}'`);
}
