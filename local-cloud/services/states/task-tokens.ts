/** Tasks that wait for their token to come back: SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat. */
import { AwsError } from '../../protocol/aws-error.ts';
import type { Operations } from '../../service.ts';
import { StateError } from './engine/errors.ts';
import type { Json } from './engine/language.ts';

interface Waiting {
  resolve(result: Json): void;
  reject(error: unknown): void;
  heartbeat(): void;
}

export interface TaskTokens {
  /** The result that comes with `token`; rejects with its failure, or with the signal's reason. */
  wait(token: string, signal: AbortSignal, heartbeat: () => void): Promise<Json>;
  operations: Operations;
}

export function createTaskTokens(): TaskTokens {
  const waiting = new Map<string, Waiting>();

  const find = (token: string): Waiting => {
    const task = waiting.get(token);
    if (task) return task;
    if (!/^[0-9a-f-]{36}$/.test(token)) throw new AwsError('InvalidToken', `Invalid token: '${token}'`);
    throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
  };

  const end = (token: string, finish: (task: Waiting) => void): void => {
    const task = find(token);
    waiting.delete(token);
    finish(task);
  };

  return {
    wait: (token, signal, heartbeat) =>
      new Promise((resolve, reject) => {
        waiting.set(token, { resolve, reject, heartbeat });
        signal.addEventListener(
          'abort',
          () => {
            waiting.delete(token);
            reject(signal.reason);
          },
          { once: true },
        );
      }),
    operations: {
      SendTaskSuccess: async (input: { taskToken: string; output: string }) => {
        let output: Json;
        try {
          output = JSON.parse(input.output) as Json;
        } catch {
          throw new AwsError('InvalidOutput', `Invalid Output: '${input.output}' is no JSON`);
        }
        end(input.taskToken, (task) => task.resolve(output));
        return {};
      },
      SendTaskFailure: async ({ taskToken, error, cause }: { taskToken: string; error?: string; cause?: string }) => {
        end(taskToken, (task) => task.reject(new StateError(error ?? 'Error', cause ?? '', { fromTask: true })));
        return {};
      },
      SendTaskHeartbeat: async (input: { taskToken: string }) => {
        find(input.taskToken).heartbeat();
        return {};
      },
    },
  };
}
