/** What the service keeps, and under which keys. Dates are milliseconds since the epoch. */
import type { Collection, Records } from '../../runtime/records.ts';
import type { HistoryEvent } from './engine/history.ts';
import type { Checkpoint } from './engine/scope.ts';

export interface MachineRecord {
  arn: string;
  name: string;
  roleArn: string;
  /** ASL as text, as it was given. */
  definition: string;
  creationDate: number;
  updateDate?: number;
  revisionId: string;
  loggingConfiguration?: object;
  tracingConfiguration?: object;
  tags: Record<string, string>;
}

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface ExecutionRecord {
  arn: string;
  name: string;
  machineArn: string;
  machineName: string;
  roleArn: string;
  /** Key of the definition that it runs, whatever the machine's is by now. */
  definition: string;
  /** JSON text, as it was given. */
  input: string;
  status: ExecutionStatus;
  startDate: number;
  stopDate?: number;
  output?: string;
  error?: string;
  cause?: string;
  redriveCount: number;
  redriveDate?: number;
  redriveToken?: string;
}

export interface StatesRecords {
  /** By name. */
  machines: Collection<MachineRecord>;
  /** By ARN. */
  executions: Collection<ExecutionRecord>;
  /** Definition texts by SHA-256, shared by the executions that run them. */
  definitions: Collection<string>;
  /** By execution ARN, `#`, and the event's id in eight digits. */
  events: Collection<HistoryEvent>;
  /** By execution ARN: where it stands, or stood when it failed. */
  checkpoints: Collection<Checkpoint>;
  atomically: Records['atomically'];
}

export function openStatesRecords(records: Records): StatesRecords {
  return {
    machines: records.collection('machine'),
    executions: records.collection('execution'),
    definitions: records.collection('definition'),
    events: records.collection('event'),
    checkpoints: records.collection('checkpoint'),
    atomically: records.atomically,
  };
}

export function eventKey(executionArn: string, id: number): string {
  return `${executionArn}#${String(id).padStart(8, '0')}`;
}

export function eventsOf(records: StatesRecords, executionArn: string): HistoryEvent[] {
  return records.events.entries(`${executionArn}#`).map(([, event]) => event);
}

export function deleteExecution(records: StatesRecords, executionArn: string): void {
  for (const [key] of records.events.entries(`${executionArn}#`)) records.events.delete(key);
  records.checkpoints.delete(executionArn);
  records.executions.delete(executionArn);
}
