/**
 * Two kinds of message are in the queue: an event from the bus, which becomes one delivery for each of the app's
 * notifications that wants it, and such a delivery, which is posted. So one chat that is down repeats nothing elsewhere.
 * What cannot be delivered goes to the dead-letter queue with the reason.
 */
import * as z from 'zod';
import type { Parameters } from '../../aws/parameters.ts';
import type { DeadLetter, QueueMessage } from '../../aws/queues.ts';
import type { AppStore } from '../../aws/table/apps.ts';
import { type App, Notification, QUIET_EVENTS } from '../../domain/app.ts';
import { matchesBranch } from '../../domain/branch-pattern.ts';
import { parseEvent, type TowpathEvent } from '../../domain/events.ts';
import { readTarget } from '../../domain/notification-target.ts';
import { CHANNELS } from './channels.ts';
import type { Answer } from './post.ts';
import { type Attempt, type Verdict, verdictOn, verdictOnError } from './verdict.ts';
import { signatureHeaders } from './webhook.ts';

export interface NotifyPorts {
  apps: Pick<AppStore, 'get' | 'setNotificationProblem'>;
  parameters: Pick<Parameters, 'secret'>;
  post: (url: string, body: string, headers: Record<string, string>) => Promise<Answer>;
  queue: { send: (body: string) => Promise<void>; hide: (message: QueueMessage, seconds: number) => Promise<void> };
  deadLetters: { send: (body: string, why: DeadLetter) => Promise<void> };
  /** Seconds between attempts. */
  pauses: number[];
  now: () => Date;
  log: (entry: object) => void;
}

const Delivery = z.object({ version: z.literal(1), notification: Notification.shape.id, event: z.unknown() });
type Delivery = z.infer<typeof Delivery>;

/** Which of an app's notifications an event is for. */
const wanting = ({ notifications }: Pick<App, 'notifications'>, { kind, detail }: TowpathEvent) =>
  notifications.filter(
    ({ branches, events }) =>
      (!branches || branches.some((pattern) => matchesBranch(pattern, detail.deployment.commit.branch))) &&
      (events ? events.includes(kind) : !QUIET_EVENTS.includes(kind)),
  );

async function announce(event: TowpathEvent, raw: unknown, ports: NotifyPorts): Promise<void> {
  const app = await ports.apps.get(event.detail.deployment.app);
  for (const { id } of app ? wanting(app, event) : []) {
    const delivery: Delivery = { version: 1, notification: id, event: raw };
    await ports.queue.send(JSON.stringify(delivery));
  }
}

async function attempt(event: TowpathEvent, notification: Notification, number: number, ports: NotifyPorts) {
  const { message, errorCode } = CHANNELS[notification.kind];
  const about: Attempt = { number, pauses: ports.pauses, errorCode, now: ports.now() };
  const kept = await ports.parameters.secret(notification.urlParameter);
  if (!kept) return { kind: 'dead', reason: `the parameter ${notification.urlParameter} is gone` } satisfies Verdict;
  const { url, secret } = readTarget(kept);
  const body = JSON.stringify(message(event));
  const headers = secret ? signatureHeaders(event.id, body, secret, about.now) : {};
  try {
    return verdictOn(await ports.post(url, body, headers), about);
  } catch (error) {
    return verdictOnError(error, about);
  }
}

/** True when the message is done with. */
async function deliver(record: QueueMessage, event: TowpathEvent, id: string, ports: NotifyPorts): Promise<boolean> {
  const { deployment } = event.detail;
  const about = { event: event.kind, deployment: deployment.id, notification: id, attempt: record.attempt };
  const app = await ports.apps.get(deployment.app);
  const notification = app?.notifications.find((one) => one.id === id);
  if (!app || !notification) {
    ports.log({ level: 'info', message: 'notification was removed', ...about });
    return true;
  }
  const verdict = await attempt(event, notification, record.attempt, ports);
  ports.log({ level: verdict.kind === 'delivered' ? 'info' : 'warn', message: 'notification', ...about, ...verdict });
  // A courtesy: what was posted is not posted again because of it.
  await remember(app, notification, verdict, ports).catch((error: Error) =>
    ports.log({ level: 'warn', message: 'notification: not remembered', ...about, reason: error.name }),
  );
  if (verdict.kind === 'retry') await ports.queue.hide(record, verdict.afterSeconds);
  if (verdict.kind === 'dead') {
    await ports.deadLetters.send(record.body, {
      code: 'NOTIFICATION_FAILED',
      reason: verdict.reason,
      attempts: record.attempt,
    });
  }
  return verdict.kind !== 'retry';
}

/** Whoever looks at who is told sees that one is not, and why. */
async function remember(app: App, { id, problem }: Notification, verdict: Verdict, { apps, now }: NotifyPorts) {
  if (verdict.kind === 'delivered' && problem) await apps.setNotificationProblem(app, id, undefined);
  if (verdict.kind !== 'dead' || problem?.message === verdict.reason) return;
  await apps.setNotificationProblem(app, id, { message: verdict.reason, since: now().toISOString() });
}

async function handle(record: QueueMessage, ports: NotifyPorts): Promise<boolean> {
  const body = parseJson(record.body);
  const delivery = Delivery.safeParse(body).data;
  const event = parseEvent(delivery ? delivery.event : body);
  if (!event) {
    const reason = 'the message is no event that this version of Towpath knows';
    ports.log({ level: 'warn', message: reason, id: record.id });
    await ports.deadLetters.send(record.body, { code: 'UNKNOWN_MESSAGE', reason, attempts: record.attempt });
    return true;
  }
  if (delivery) return deliver(record, event, delivery.notification, ports);
  await announce(event, body, ports);
  return true;
}

/** The messages that have to come again. */
export async function run(records: QueueMessage[], ports: NotifyPorts): Promise<QueueMessage[]> {
  const done = await Promise.all(
    records.map((record) =>
      handle(record, ports).catch((error: Error) => {
        ports.log({ level: 'error', message: 'notification not handled', id: record.id, reason: error.name });
        return false;
      }),
    ),
  );
  return records.filter((_, index) => !done[index]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
