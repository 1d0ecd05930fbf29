/** EventBridge's "Step Functions Execution Status Change". https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-states.html */

import type { ExecutionRecord } from './records.ts';
import { whyNotRedrivable } from './redrive.ts';

/** Input and output are left out together when the event would be larger than EventBridge takes. */
const MAX_DATA_BYTES = 248 * 1024;

export function statusEvent(execution: ExecutionRecord, now: number): object {
  const { input, output } = execution;
  const included = Buffer.byteLength(input) + Buffer.byteLength(output ?? '') <= MAX_DATA_BYTES;
  const reason = whyNotRedrivable(execution, now, 0);
  const detail = {
    executionArn: execution.arn,
    stateMachineArn: execution.machineArn,
    stateMachineVersionArn: null,
    stateMachineAliasArn: null,
    name: execution.name,
    status: execution.status,
    startDate: execution.startDate,
    stopDate: execution.stopDate ?? null,
    input: included ? input : null,
    inputDetails: { included },
    output: included ? (output ?? null) : null,
    outputDetails: output === undefined ? null : { included },
    error: execution.error ?? null,
    cause: execution.cause ?? null,
    redriveCount: execution.redriveCount,
    redriveDate: execution.redriveDate ?? null,
    redriveStatus: reason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    redriveStatusReason: reason ?? null,
  };
  return {
    Source: 'aws.states',
    DetailType: 'Step Functions Execution Status Change',
    Resources: [execution.arn],
    Detail: JSON.stringify(detail),
    Time: new Date(now),
  };
}
