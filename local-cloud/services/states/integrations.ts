/** Runs what a Task's Resource names, by calling the other services as the state machine's role. */
import { ERRORS, Interruption, StateError } from './engine/errors.ts';
import type { Json } from './engine/language.ts';
import type { PerformTask, TaskRequest } from './engine/scope.ts';
import {
  fromSdk,
  isLambdaArn,
  isObject,
  namesOf,
  parseResource,
  type Resource,
  type ServiceNames,
  toSdk,
  upperFirst,
} from './resources.ts';
import type { TaskTokens } from './task-tokens.ts';

const POLL_MS = 100;

export interface IntegrationPorts {
  /** Calls another service as the state machine's role. */
  call<Output>(scope: string, operation: string, input: object): Promise<Output>;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  tokens: TaskTokens;
}

export function integrations(ports: IntegrationPorts): PerformTask {
  return async (request) => {
    if (isLambdaArn(request.resource)) return invokeFunction(ports, request.resource, request.arguments);
    const resource = parseResource(request.resource);
    const names = resource && namesOf(resource);
    if (!resource || !names) throw new StateError(ERRORS.runtime, `${request.resource} is not emulated.`);
    if (resource.pattern === 'sync') return runJob(ports, request, resource, names);
    if (resource.pattern === 'token') return awaitToken(ports, request, resource, names);
    return callService(ports, request.arguments, resource, names);
  };
}

async function callService(
  ports: IntegrationPorts,
  args: Json,
  resource: Resource,
  names: ServiceNames,
): Promise<Json> {
  if (resource.service === 'lambda' && !resource.anySdk) return invoke(ports, args, names);
  const operation = upperFirst(resource.action);
  const output = await guarded(names, resource, () => ports.call(names.scope, operation, toSdk(args, names, resource)));
  const result = fromSdk(output, names, resource);
  if (resource.service === 'events' && isObject(result) && Number(result.FailedEntryCount) > 0) {
    throw new StateError('EventBridge.FailedEntry', JSON.stringify(result), { fromTask: true });
  }
  return result;
}

/** A service's error as Retry and Catch match it: `Lambda.TooManyRequestsException`, `Sfn.ExecutionLimitExceededException`. */
async function guarded<Output>(names: ServiceNames, resource: Resource, work: () => Promise<Output>): Promise<Output> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StateError) throw error;
    const { code = 'SdkClientException', message } = error as { code?: string; message?: string };
    const name = resource.anySdk && !code.endsWith('Exception') ? `${code}Exception` : code;
    throw new StateError(`${names.errors}.${name}`, `${message} (Service: ${names.errors})`, { fromTask: true });
  }
}

interface InvokeOutput {
  StatusCode?: number;
  FunctionError?: string;
  Payload?: Uint8Array;
  ExecutedVersion?: string;
}

const LAMBDA = { service: 'lambda', action: 'invoke', pattern: 'request', parsedOutput: false, anySdk: false } as const;

async function invoke(ports: IntegrationPorts, args: Json, names: ServiceNames): Promise<{ [key: string]: Json }> {
  const input = isObject(args) ? args : {};
  const output = await guarded(names, LAMBDA, () =>
    ports.call<InvokeOutput>('lambda', 'Invoke', {
      InvocationType: 'RequestResponse',
      ...input,
      Payload: Buffer.from(JSON.stringify(input.Payload ?? {})),
    }),
  );
  const text = Buffer.from(output.Payload ?? []).toString('utf8');
  const payload = text === '' ? null : (JSON.parse(text) as Json);
  if (output.FunctionError) {
    const type = isObject(payload) ? payload.errorType : undefined;
    throw new StateError(typeof type === 'string' ? type : 'Lambda.Unknown', text, { fromTask: true });
  }
  return {
    ExecutedVersion: output.ExecutedVersion ?? '$LATEST',
    Payload: payload,
    StatusCode: output.StatusCode ?? 200,
  };
}

/** A function's ARN as Resource: its payload is the result itself. */
async function invokeFunction(ports: IntegrationPorts, arn: string, args: Json): Promise<Json> {
  const result = await invoke(ports, { FunctionName: arn, Payload: args }, { scope: 'lambda', errors: 'Lambda' });
  return result.Payload ?? null;
}

async function awaitToken(
  ports: IntegrationPorts,
  request: TaskRequest,
  resource: Resource,
  names: ServiceNames,
): Promise<Json> {
  const result = ports.tokens.wait(request.progress.token ?? '', request.signal, request.heartbeat);
  result.catch(() => {});
  if (request.progress.job === undefined) {
    const output = await callService(ports, request.arguments, resource, names);
    if (!request.signal.aborted) request.submitted('called', output);
  }
  return result;
}

interface Job {
  /** Where polling for it reads: undefined while it runs. */
  poll(): Promise<Json | undefined>;
  stop(): Promise<unknown>;
}

/** `.sync`: starts a job, waits for its end; stops it when nobody waits any more. */
async function runJob(
  ports: IntegrationPorts,
  request: TaskRequest,
  resource: Resource,
  names: ServiceNames,
): Promise<Json> {
  let id = request.progress.job;
  if (id === undefined) {
    const started = await callService(ports, request.arguments, resource, names);
    id = jobId(started);
    if (!request.signal.aborted) request.submitted(id, started);
  }
  const job = resource.service === 'codebuild' ? build(ports, id, names, resource) : child(ports, id, names, resource);
  try {
    for (;;) {
      request.signal.throwIfAborted();
      const result = await guarded(names, resource, () => job.poll());
      if (result !== undefined) return result;
      await ports.sleep(POLL_MS, request.signal);
    }
  } catch (error) {
    const { aborted, reason } = request.signal;
    if (aborted && !(reason instanceof Interruption && reason.kind === 'suspended')) await job.stop().catch(() => {});
    throw error;
  }
}

function jobId(started: Json): string {
  const { Build, ExecutionArn } = started as { Build?: { Id: string }; ExecutionArn?: string };
  return Build?.Id ?? ExecutionArn ?? '';
}

function build(ports: IntegrationPorts, id: string, names: ServiceNames, resource: Resource): Job {
  return {
    poll: async () => {
      const { builds } = await ports.call<{ builds?: { buildStatus?: string }[] }>('codebuild', 'BatchGetBuilds', {
        ids: [id],
      });
      const found = builds?.[0];
      if (found?.buildStatus === 'IN_PROGRESS') return undefined;
      const build = fromSdk(found, names, resource);
      if (found?.buildStatus === 'SUCCEEDED') return { Build: build };
      throw new StateError(ERRORS.taskFailed, JSON.stringify(build), { fromTask: true });
    },
    stop: () => ports.call('codebuild', 'StopBuild', { id }),
  };
}

function child(ports: IntegrationPorts, executionArn: string, names: ServiceNames, resource: Resource): Job {
  return {
    poll: async () => {
      const found = await ports.call<{ status?: string; output?: string }>('states', 'DescribeExecution', {
        executionArn,
      });
      if (found.status === 'RUNNING') return undefined;
      const execution = fromSdk(found, names, resource) as { [key: string]: Json };
      if (found.status !== 'SUCCEEDED') {
        throw new StateError(ERRORS.taskFailed, JSON.stringify(execution), { fromTask: true });
      }
      return resource.parsedOutput ? { ...execution, Output: JSON.parse(found.output ?? 'null') as Json } : execution;
    },
    stop: () => ports.call('states', 'StopExecution', { executionArn }),
  };
}
