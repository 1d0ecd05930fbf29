/** Lambda served alone, with stand-ins for the services it calls, and short ways to make functions. */
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  type FunctionConfiguration,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import type { Operations } from '../../local-cloud/service.ts';
import { createLambdaServiceWith, type LambdaOptions } from '../../local-cloud/services/lambda/index.ts';
import { zipOf } from './lambda-package.ts';
import { type ServedServices, type ServeOptions, type ServiceFactory, serveServices } from './serve-service.ts';

export const ROLE = 'arn:aws:iam::111122223333:role/function';

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/** Roles exist since the epoch and trust Lambda, except one named `missing`. */
const iam: Operations = {
  GetRole: async ({ RoleName }: { RoleName: string }) => {
    if (RoleName === 'missing') throw Object.assign(new Error('no such role'), { code: 'NoSuchEntityException' });
    return { Role: { AssumeRolePolicyDocument: encodeURIComponent(TRUST), CreateDate: new Date(0) } };
  },
};

/** Keeps what was logged, by group. */
function fakeLogs(): { operations: Operations; lines: (group: string) => string[] } {
  const groups = new Map<string, string[]>();
  const known = new Set<string>();
  const missing = () => Object.assign(new Error('no such group'), { code: 'ResourceNotFoundException' });
  return {
    lines: (group) => groups.get(group) ?? [],
    operations: {
      CreateLogGroup: async ({ logGroupName }) => void groups.set(logGroupName, []),
      CreateLogStream: async ({ logGroupName, logStreamName }) => {
        if (!groups.has(logGroupName)) throw missing();
        known.add(`${logGroupName} ${logStreamName}`);
      },
      PutLogEvents: async ({ logGroupName, logStreamName, logEvents }) => {
        if (!known.has(`${logGroupName} ${logStreamName}`)) throw missing();
        groups.get(logGroupName)!.push(...logEvents.map(({ message }: { message: string }) => message));
      },
    },
  };
}

export interface LambdaCloud extends ServedServices {
  lambda: LambdaClient;
  logLines: (group: string) => string[];
  /** A function of one ES module, or of the files given. */
  create(
    name: string,
    code: string | Record<string, string>,
    settings?: Partial<CreateFunctionCommandInput>,
  ): Promise<FunctionConfiguration>;
  invoke(name: string, event?: unknown): Promise<{ payload: unknown; error?: string; version?: string; tail: string }>;
}

export interface LambdaCloudOptions extends ServeOptions {
  lambda?: LambdaOptions;
  /** Served beside Lambda. */
  beside?: ServiceFactory[];
}

export async function startLambdaCloud(options: LambdaCloudOptions = {}): Promise<LambdaCloud> {
  const logs = fakeLogs();
  const served = await serveServices(
    [(environment) => createLambdaServiceWith(options.lambda ?? {}, environment), ...(options.beside ?? [])],
    {
      ...options,
      calls: { iam, logs: logs.operations, ...options.calls },
    },
  );
  const lambda = new LambdaClient({ ...served.client, maxAttempts: 1 });
  return {
    ...served,
    lambda,
    logLines: logs.lines,
    create: async (name, code, settings = {}) =>
      lambda.send(
        new CreateFunctionCommand({
          FunctionName: name,
          Role: ROLE,
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Code: { ZipFile: await zipOf(typeof code === 'string' ? { 'index.mjs': code } : code) },
          ...settings,
        }),
      ),
    invoke: async (name, event) => {
      const Payload = event === undefined ? undefined : JSON.stringify(event);
      const answer = await lambda.send(new InvokeCommand({ FunctionName: name, Payload, LogType: 'Tail' }));
      return {
        payload: JSON.parse(answer.Payload!.transformToString()),
        error: answer.FunctionError,
        version: answer.ExecutedVersion,
        tail: Buffer.from(answer.LogResult ?? '', 'base64').toString(),
      };
    },
    stop: async () => {
      lambda.destroy();
      await served.stop();
    },
  };
}
