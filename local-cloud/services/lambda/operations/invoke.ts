/** Invoke: synchronous, asynchronous, or only tried. */
import { randomUUID } from 'node:crypto';
import type { InvocationRequest } from '@aws-sdk/client-lambda';
import { AwsError } from '../../../protocol/aws-error.ts';
import type { Caller, Operations } from '../../../service.ts';
import type { AsynchronousQueue } from '../asynchronous.ts';
import { parseFunctionName } from '../function-name.ts';
import type { Invocations } from '../invocations.ts';
import type { LambdaContext } from '../service-context.ts';
import { getConfiguration } from '../store.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_PAYLOAD_BYTES = { RequestResponse: 6_291_456, DryRun: 6_291_456, Event: 262_144 };

/** State machines, event rules and queues have time. */
const URGENT = new Set(['apigateway.amazonaws.com', 'edgelambda.amazonaws.com', 'cloudfront.amazonaws.com']);
const EDGE = new Set(['edgelambda.amazonaws.com', 'cloudfront.amazonaws.com']);

export function invokeOperations(
  { store }: LambdaContext,
  invocations: Invocations,
  asynchronous: AsynchronousQueue,
): Operations {
  return {
    Invoke: async (input: InvocationRequest, caller: Caller) => {
      const reference = parseFunctionName(input.FunctionName!, input.Qualifier, caller);
      const configuration = getConfiguration(store, reference);
      const type = input.InvocationType ?? 'RequestResponse';
      const payload = bytes(input.Payload);
      checkPayload(payload, type);
      if (type === 'DryRun') return { StatusCode: 204, ExecutedVersion: configuration.Version };
      if (type === 'Event') {
        asynchronous.add({ requestId: randomUUID(), reference, payload });
        return { StatusCode: 202, Payload: new Uint8Array() };
      }
      const urgent = caller.service !== undefined && URGENT.has(caller.service);
      const edge = caller.service !== undefined && EDGE.has(caller.service);
      const answer = await invocations.run(reference, payload, { edge, urgent });
      return {
        StatusCode: 200,
        Payload: answer.payload,
        ExecutedVersion: answer.executedVersion,
        ...(answer.functionError && { FunctionError: answer.functionError }),
        ...(input.LogType === 'Tail' && { LogResult: answer.logTail }),
      };
    },
  };
}

const bytes = (payload: Uint8Array | string | undefined): Uint8Array =>
  typeof payload === 'string' ? Buffer.from(payload) : (payload ?? new Uint8Array());

function checkPayload(payload: Uint8Array, type: keyof typeof MAX_PAYLOAD_BYTES): void {
  const limit = MAX_PAYLOAD_BYTES[type];
  if (payload.length > limit) {
    throw new AwsError(
      'RequestTooLargeException',
      `${payload.length} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
      413,
      { Type: 'User' },
    );
  }
  if (payload.length === 0) return;
  try {
    JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString());
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${error instanceof Error ? error.message : error}`,
      400,
      { Type: 'User' },
    );
  }
}
