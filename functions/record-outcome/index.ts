import middy from '@middy/core';
import type { EventBridgeEvent } from 'aws-lambda';
import { type ExecutionEvent, settle } from '../../lifecycle/settle.ts';
import { lifecyclePorts } from '../../lifecycle/wiring.ts';

const ports = lifecyclePorts();

// Lambda tries an event again under the same request id.
export const handler = middy<EventBridgeEvent<string, ExecutionEvent>>().handler(({ detail }, { awsRequestId }) =>
  settle(detail, ports, awsRequestId),
);
