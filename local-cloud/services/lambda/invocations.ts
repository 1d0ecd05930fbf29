/** One invocation of a function, however it was asked for: resolves the version, minds its reserved concurrency, runs it. */
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Environment } from '../../service.ts';
import type { CodeStore } from './code.ts';
import type { Pool } from './execution/pool.ts';
import { type FunctionReference, functionArn } from './function-name.ts';
import { functionKey, getConfiguration, getFunctionRecord, type LambdaStore } from './store.ts';

export interface Answer {
  payload: Buffer;
  functionError?: 'Unhandled';
  executedVersion: string;
  /** The last 4 KB of the log, base64. */
  logTail: string;
}

export interface InvocationOptions {
  requestId?: string;
  /** Runs as a replica of Lambda@Edge: in the Region of the point of presence, which is the local cloud's. */
  edge?: boolean;
  /** Somebody waits for the answer. */
  urgent?: boolean;
}

export interface Invocations {
  /** Throws TooManyRequestsException and ResourceNotFoundException; an error of the function is an answer. */
  run(reference: FunctionReference, payload: Uint8Array, options?: InvocationOptions): Promise<Answer>;
}

export function createInvocations(
  environment: Environment,
  store: LambdaStore,
  code: CodeStore,
  pool: Pool,
): Invocations {
  const running = new Map<string, number>();

  const enter = (reference: FunctionReference): void => {
    const key = functionKey(reference);
    const count = running.get(key) ?? 0;
    const reserved = getFunctionRecord(store, reference).reservedConcurrency;
    if (reserved !== undefined && count >= reserved) {
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, {
        Type: 'User',
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      });
    }
    running.set(key, count + 1);
  };
  const leave = (reference: FunctionReference): void => {
    const key = functionKey(reference);
    const count = running.get(key)! - 1;
    if (count === 0) running.delete(key);
    else running.set(key, count);
  };

  return {
    run: async (reference, payload, { requestId = randomUUID(), edge = false, urgent = false } = {}) => {
      const configuration = getConfiguration(store, reference);
      enter(reference);
      try {
        const {
          payload: answer,
          functionError,
          logTail,
        } = await pool.invoke(
          {
            configuration,
            taskRoot: code.folderOf(configuration.CodeSha256!),
            region: edge ? environment.region : reference.region,
            edge,
            background: !urgent,
          },
          { requestId, functionArn: functionArn(reference), payload },
        );
        return { payload: answer, functionError, executedVersion: configuration.Version!, logTail };
      } finally {
        leave(reference);
      }
    },
  };
}
