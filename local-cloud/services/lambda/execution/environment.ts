/** One execution environment: a process that takes one invocation at a time, with its log and its own /tmp. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { Environment } from '../../../service.ts';
import { type Child, type Said, startChild } from './child.ts';
import type { Guard } from './guard.ts';
import { type LogStream, logStreamName, openLogStream } from './log-stream.ts';
import { exited, type Outcome, reportLine, succeeded, threw, timedOut } from './outcome.ts';
import { environmentVariables } from './variables.ts';

/** Lambda gives the code outside the handler this long; then it counts as part of the first invocation. */
const INIT_MILLISECONDS = 10_000;

/** Which code runs, and where. */
export interface Target {
  configuration: FunctionConfiguration;
  taskRoot: string;
  /** Region it runs in; with `edge`, the point of presence's. */
  region: string;
  /** As a replica of Lambda@Edge. */
  edge: boolean;
  /** Started by a state machine, a queue or an event, not by somebody who waits for its answer. */
  background: boolean;
}

export interface Invocation {
  requestId: string;
  functionArn: string;
  payload: Uint8Array;
}

export interface ExecutionEnvironment {
  invoke(invocation: Invocation): Promise<Outcome & { logTail: string }>;
  /** Resolves when the process is gone and its log is stored. */
  end(): Promise<void>;
  /** Its code is loaded, or failed to. */
  initialised: Promise<unknown>;
  /** The process ended by itself. */
  exited: Promise<unknown>;
}

type Message = { said: Exclude<Said, { type: 'log' }>; body: Buffer };

export async function startExecutionEnvironment(
  environment: Environment,
  target: Target,
  guard: Guard,
): Promise<ExecutionEnvironment> {
  const { configuration, taskRoot } = target;
  const startedAt = performance.now();
  const temporaryFolder = join(environment.folder, 'tmp', randomUUID());
  const [credentials] = await Promise.all([
    environment.credentialsFor(configuration.Role!, target.edge ? 'edgelambda.amazonaws.com' : undefined),
    mkdir(temporaryFolder, { recursive: true }),
  ]);
  const log = openLog(environment, target);
  const inbox = mailbox();
  const { promise: spoke, resolve: speak } = Promise.withResolvers<void>();
  const child = startChild({
    taskRoot,
    memoryMegabytes: configuration.MemorySize!,
    guard,
    background: target.background,
    variables: {
      ...environmentVariables(configuration, {
        region: target.region,
        endpoint: environment.endpoint(),
        credentials,
        taskRoot,
        temporaryFolder,
        logGroup: log.group,
        logStream: log.name,
      }),
      _TOWPATH_BOOTSTRAP: JSON.stringify({
        runtime: configuration.Runtime,
        promisesOnly: Number(/\d+/.exec(configuration.Runtime!)?.[0]) >= 24,
        compileCache: join(environment.folder, 'compile-cache'),
      }),
    },
    onSaid: (said, body) => {
      speak();
      inbox.put({ said, body });
    },
    onLine: log.write,
  });
  return {
    invoke: invoker(target, child, inbox, log, startedAt),
    initialised: Promise.race([spoke, child.exited]),
    exited: child.exited,
    end: async () => {
      child.kill();
      await child.exited;
      await Promise.all([log.flush(), rm(temporaryFolder, { recursive: true, force: true })]);
    },
  };
}

function openLog(environment: Environment, { configuration, region, edge }: Target): LogStream {
  const name = logStreamName(configuration.Version!, environment.now());
  // Replicas log where they run, under the name of the Region that they come from.
  const group = edge
    ? `/aws/lambda/us-east-1.${configuration.FunctionName}`
    : (configuration.LoggingConfig?.LogGroup ?? `/aws/lambda/${configuration.FunctionName}`);
  return openLogStream(environment, group, name, environment.asRole(configuration.Role!, region));
}

function invoker(target: Target, child: Child, inbox: Mailbox, log: LogStream, startedAt: number) {
  const { Timeout: timeoutSeconds, MemorySize, Version } = target.configuration;
  const timeoutMilliseconds = timeoutSeconds! * 1000;
  let initialised = false;
  let usedKilobytes = 0;

  const next = listener(child, inbox, log, timeoutSeconds!);

  const answered = async (requestId: string): Promise<Outcome> => {
    const message = await next(requestId, timeoutMilliseconds);
    if (!('said' in message)) return message;
    const { said, body } = message;
    if (said.type === 'result' || said.type === 'error') usedKilobytes = said.maxResidentKilobytes ?? usedKilobytes;
    if (said.type === 'result') return succeeded(body);
    return threw(body, said.type === 'init-error' || (said.type === 'error' && said.fatal === true));
  };

  const initialise = async (requestId: string): Promise<Outcome | undefined> => {
    const message = await next(requestId, INIT_MILLISECONDS + timeoutMilliseconds);
    if (!('said' in message)) return message;
    initialised = message.said.type === 'ready';
    return initialised ? undefined : threw(message.body, true);
  };

  return async (invocation: Invocation): Promise<Outcome & { logTail: string }> => {
    const { requestId, functionArn, payload } = invocation;
    const cold = !initialised;
    if (!cold) log.mark();
    const initFailure = cold ? await initialise(requestId) : undefined;
    const initMilliseconds = cold ? performance.now() - startedAt : undefined;
    log.write(`START RequestId: ${requestId} Version: ${Version}\n`);
    const from = performance.now();
    if (!initFailure) {
      const deadlineMilliseconds = Date.now() + timeoutMilliseconds;
      const traceId = `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomUUID().replaceAll('-', '').slice(8)}`;
      child.say({ requestId, functionArn, deadlineMilliseconds, traceId }, payload);
    }
    const outcome = initFailure ?? (await answered(requestId));
    const milliseconds = performance.now() - from;
    await outputHasArrived();
    log.write(`END RequestId: ${requestId}\n`);
    log.write(
      reportLine({
        requestId,
        milliseconds,
        memoryMegabytes: MemorySize!,
        usedMegabytes: Math.ceil(usedKilobytes / 1024),
        initMilliseconds,
      }),
    );
    return { ...outcome, logTail: log.tail() };
  };
}

/** Gives the next message that says how things went, or how they ended instead. */
function listener(child: Child, inbox: Mailbox, log: LogStream, timeoutSeconds: number) {
  return async (requestId: string, milliseconds: number): Promise<Message | Outcome> => {
    const { promise: timeout, resolve } = Promise.withResolvers<'timeout'>();
    const timer = setTimeout(resolve, milliseconds, 'timeout');
    const first = await Promise.race([inbox.take(), child.exited, timeout]);
    clearTimeout(timer);
    if (first === 'timeout') {
      log.write(
        `${new Date().toISOString()} ${requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds\n\n`,
      );
      return timedOut(requestId, timeoutSeconds);
    }
    if ('said' in first) return first;
    const outcome = exited(requestId, first.code, first.signal);
    log.write(`${JSON.parse(outcome.payload.toString()).errorMessage}\n`);
    return outcome;
  };
}

/** What the function wrote to its pipes before it answered is read within the next turns of the event loop. */
async function outputHasArrived(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

interface Mailbox {
  put(message: Message): void;
  take(): Promise<Message>;
}

/** Messages in order, for one reader that may be early or late. */
function mailbox(): Mailbox {
  const messages: Message[] = [];
  let reader: ((message: Message) => void) | undefined;
  return {
    put: (message) => {
      if (!reader) return void messages.push(message);
      reader(message);
      reader = undefined;
    },
    take: () =>
      new Promise((resolve) => {
        const message = messages.shift();
        if (message) resolve(message);
        else reader = resolve;
      }),
  };
}
