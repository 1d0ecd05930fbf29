/** A build's log: split into lines, secrets masked, sent to CloudWatch Logs a few times a second while the build runs. */

const FLUSH_MS = 250;
/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html: 1 MB and 10,000 events a call. */
const MAX_BATCH_EVENTS = 1000;
const MAX_BATCH_BYTES = 900_000;
const MAX_EVENT_CHARACTERS = 60_000;

export interface LogEvent {
  timestamp: number;
  message: string;
}

export interface BuildLog {
  /** Starts sending: the stream is there. */
  begin(): void;
  /** Any piece of output. */
  write(text: string): void;
  /** One line of CodeBuild's own. */
  note(line: string): void;
  /** These values show as `***`. */
  mask(values: string[]): void;
  /** Sends what is left. */
  close(): Promise<void>;
}

export function openLog(now: () => number, send: (events: LogEvent[]) => Promise<void>): BuildLog {
  let secrets: string[] = [];
  let partial = '';
  let events: LogEvent[] = [];
  let sending = Promise.resolve();

  const addLine = (line: string) => {
    const masked = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), line);
    for (let start = 0; start === 0 || start < masked.length; start += MAX_EVENT_CHARACTERS) {
      events.push({ timestamp: now(), message: `${masked.slice(start, start + MAX_EVENT_CHARACTERS)}\n` });
    }
  };
  const flush = () => {
    const batches = batchEvents(events);
    events = [];
    for (const batch of batches) sending = sending.then(() => send(batch));
    return sending;
  };
  const write = (text: string) => {
    const lines = (partial + text).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) addLine(line);
  };
  let timer: NodeJS.Timeout | undefined;

  return {
    begin: () => {
      timer = setInterval(flush, FLUSH_MS);
      timer.unref();
    },
    write,
    note: (line) => {
      if (partial !== '') write('\n');
      addLine(
        `[Container] ${new Date(now())
          .toISOString()
          .slice(0, 19)
          .replace(/[-T]/g, (c) => (c === 'T' ? ' ' : '/'))} ${line}`,
      );
    },
    mask: (values) => {
      // A shorter value would blot out ordinary words.
      secrets = [...secrets, ...values.filter((value) => value.length >= 4)];
    },
    close: async () => {
      clearInterval(timer);
      if (partial !== '') write('\n');
      await flush();
    },
  };
}

function batchEvents(events: LogEvent[]): LogEvent[][] {
  const batches: LogEvent[][] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(event.message) + 26;
    const last = batches.at(-1);
    if (!last || last.length >= MAX_BATCH_EVENTS || bytes + size > MAX_BATCH_BYTES) {
      batches.push([event]);
      bytes = size;
    } else {
      last.push(event);
      bytes += size;
    }
  }
  return batches;
}
