/** Whether an execution can be redriven: pure. https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html */
import type { ExecutionRecord } from './records.ts';

const REDRIVABLE_FOR_MS = 14 * 24 * 60 * 60 * 1000;
const MAX_EVENTS_BEFORE = 24_999;

/** Why not, or undefined when it can be. */
export function whyNotRedrivable(execution: ExecutionRecord, now: number, eventCount: number): string | undefined {
  const { status, stopDate = 0 } = execution;
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  if (now - stopDate > REDRIVABLE_FOR_MS)
    return 'Execution exceeds the redrivable period of 14 days and cannot be redriven';
  if (eventCount >= MAX_EVENTS_BEFORE) return 'Execution history event count limit exceeded';
  return undefined;
}
