/** Executions as they are shown: described, listed, and their history. */
import { AwsError } from '../../protocol/aws-error.ts';
import type { Environment, Operations } from '../../service.ts';
import { describeEvent } from './engine/history.ts';
import { describeMachine, executionPrefix, type Machines } from './machines.ts';
import { page } from './names.ts';
import { type ExecutionRecord, type ExecutionStatus, eventsOf, type StatesRecords } from './records.ts';
import { whyNotRedrivable } from './redrive.ts';

interface ListInput {
  stateMachineArn?: string;
  statusFilter?: ExecutionStatus;
  redriveFilter?: 'REDRIVEN' | 'NOT_REDRIVEN';
  maxResults?: number;
  nextToken?: string;
}

interface HistoryInput {
  executionArn: string;
  maxResults?: number;
  nextToken?: string;
  reverseOrder?: boolean;
  includeExecutionData?: boolean;
}

/** Throws InvalidArn or ExecutionDoesNotExist. */
export function findExecution(records: StatesRecords, arn: string): ExecutionRecord {
  if (!/^arn:[^:]+:states:.*:execution:/.test(arn)) throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
  const execution = records.executions.get(arn);
  if (!execution) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  return execution;
}

export function createExecutionViews(environment: Environment, records: StatesRecords, machines: Machines): Operations {
  const find = (arn: string) => findExecution(records, arn);
  return {
    DescribeExecution: async (input: { executionArn: string; includedData?: 'ALL_DATA' | 'METADATA_ONLY' }) => {
      const execution = find(input.executionArn);
      const reason = whyNotRedrivable(execution, environment.now(), eventsOf(records, execution.arn).length);
      return describeExecution(execution, reason, input.includedData !== 'METADATA_ONLY');
    },
    ListExecutions: async (input: ListInput) => {
      if (!input.stateMachineArn) throw new AwsError('ValidationException', 'stateMachineArn is required');
      const machine = machines.find(input.stateMachineArn);
      const found = records.executions
        .entries(`${executionPrefix(machine.arn)}:`)
        .map(([, execution]) => execution)
        .filter(({ status }) => !input.statusFilter || status === input.statusFilter)
        .filter(({ redriveCount }) => !input.redriveFilter || redriveCount > 0 === (input.redriveFilter === 'REDRIVEN'))
        .sort((a, b) => b.startDate - a.startDate || b.arn.localeCompare(a.arn));
      const { items, nextToken } = page(found, ({ arn }) => arn, input);
      return { executions: items.map(summarise), nextToken };
    },
    GetExecutionHistory: async (input: HistoryInput) => {
      const events = eventsOf(records, find(input.executionArn).arn);
      if (input.reverseOrder) events.reverse();
      const { items, nextToken } = page(events, ({ id }) => String(id), input);
      return { events: items.map((event) => describeEvent(event, input.includeExecutionData !== false)), nextToken };
    },
    DescribeStateMachineForExecution: async (input: { executionArn: string }) => {
      const { machineArn, machineName, roleArn, definition, startDate } = find(input.executionArn);
      return {
        ...describeMachine({
          arn: machineArn,
          name: machineName,
          roleArn,
          definition: records.definitions.get(definition) ?? '',
        }),
        updateDate: new Date(startDate),
      };
    },
  };
}

function summarise(execution: ExecutionRecord) {
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.machineArn,
    name: execution.name,
    status: execution.status,
    startDate: new Date(execution.startDate),
    stopDate: execution.stopDate === undefined ? undefined : new Date(execution.stopDate),
    redriveCount: execution.redriveCount,
    redriveDate: execution.redriveDate === undefined ? undefined : new Date(execution.redriveDate),
  };
}

function describeExecution(execution: ExecutionRecord, reason: string | undefined, withData: boolean): object {
  const { input, output, error, cause } = execution;
  return {
    ...summarise(execution),
    ...(withData && { input, output }),
    inputDetails: { included: withData },
    outputDetails: output === undefined ? undefined : { included: withData },
    error,
    cause,
    redriveStatus: reason ? 'NOT_REDRIVABLE' : 'REDRIVABLE',
    redriveStatusReason: reason,
  };
}
