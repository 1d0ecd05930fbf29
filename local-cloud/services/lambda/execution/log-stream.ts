/** The log of one execution environment: batched to CloudWatch Logs, and its last 4 KB kept for `LogType: Tail`. */
import { randomUUID } from 'node:crypto';
import type { Caller, Environment } from '../../../service.ts';

const BATCH_MILLISECONDS = 200;
/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const MAX_BATCH_EVENTS = 1000;
const MAX_BATCH_BYTES = 1_000_000;
/** An event may have 256 KB, 26 bytes of them for itself; Lambda cuts its lines there. */
const MAX_EVENT_BYTES = 262_118;
const TAIL_BYTES = 4096;

export interface LogStream {
  readonly group: string;
  readonly name: string;
  write(line: string): void;
  /** Starts a new tail. */
  mark(): void;
  tail(): string;
  /** Resolves when all lines are stored, or could not be. */
  flush(): Promise<void>;
}

/** `2026/11/22/[7]0123456789abcdef0123456789abcdef` */
export function logStreamName(version: string, now: number): string {
  const day = new Date(now).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[${version}]${randomUUID().replaceAll('-', '')}`;
}

interface LogEvent {
  timestamp: number;
  message: string;
}

/** Stores events; group and stream are created when they are missing. */
function sender(environment: Environment, logGroupName: string, logStreamName: string, caller: Caller) {
  const stream = { logGroupName, logStreamName };
  let exists = false;
  /** Undefined when created or there already, else why not. */
  const create = (operation: string, input: object): Promise<string | undefined> =>
    environment.call('logs', operation, input, caller).then(
      () => undefined,
      (error) => {
        if (error?.code === 'ResourceAlreadyExistsException') return undefined;
        if (error?.code === 'ResourceNotFoundException') return error.code;
        throw error;
      },
    );
  return async (logEvents: LogEvent[]): Promise<void> => {
    try {
      if (!exists && (await create('CreateLogStream', stream))) {
        await create('CreateLogGroup', { logGroupName });
        await create('CreateLogStream', stream);
      }
      exists = true;
      await environment.call('logs', 'PutLogEvents', { ...stream, logEvents }, caller);
    } catch (error) {
      environment.log(
        `lambda: log lines of ${logGroupName} are lost: ${error instanceof Error ? error.message : error}`,
      );
    }
  };
}

/** Writes as `caller`, the function's role: what it may not write is lost, as on Lambda. */
export function openLogStream(environment: Environment, group: string, name: string, caller: Caller): LogStream {
  let pending: LogEvent[] = [];
  let pendingBytes = 0;
  let tail: string[] = [];
  let tailBytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  const send = sender(environment, group, name, caller);

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (pending.length > 0) {
      const batch = pending;
      pending = [];
      pendingBytes = 0;
      writing = writing.then(() => send(batch));
    }
    return writing;
  };

  return {
    group,
    name,
    write: (line) => {
      const message = line.length > MAX_EVENT_BYTES ? line.slice(0, MAX_EVENT_BYTES) : line;
      pending.push({ timestamp: environment.now(), message: message.replace(/\n$/, '') || ' ' });
      pendingBytes += message.length;
      tail.push(line);
      tailBytes += line.length;
      while (tail.length > 1 && tailBytes - tail[0]!.length > TAIL_BYTES) tailBytes -= tail.shift()!.length;
      if (pending.length >= MAX_BATCH_EVENTS || pendingBytes >= MAX_BATCH_BYTES) void flush();
      else timer ??= setTimeout(flush, BATCH_MILLISECONDS).unref();
    },
    mark: () => {
      tail = [];
      tailBytes = 0;
    },
    tail: () => Buffer.from(tail.join('')).subarray(-TAIL_BYTES).toString('base64'),
    flush,
  };
}
