/**
 * Messages of the queue of changes. Those of one repository are applied in the order in which they were announced, and a push
 * that has a newer one of its branch behind it need not begin.
 */
import type { QueueMessage } from '../../aws/queues.ts';
import type { AppStore } from '../../aws/table/apps.ts';
import type { App } from '../../domain/app.ts';
import { Announced, type Change } from '../../githost/index.ts';
import { type ApplyPorts, apply } from './apply.ts';

export interface ApplyChangePorts extends ApplyPorts {
  apps: Pick<AppStore, 'ofRepository'>;
  queue: {
    hide: (message: QueueMessage, seconds: number) => Promise<void>;
    send: (message: Announced, group: string) => Promise<void>;
  };
  /** Until Lambda ends this call: all of its messages would be hidden for their visibility time-out. */
  remainingMilliseconds: () => number;
  log: (entry: object) => void;
}

/** What one message may take. One that is not begun comes again at once. */
const RESERVED_MS = 10_000;

/** The queue's redrive policy ends it: resources/changes.yml. */
const MAX_PAUSE_SECONDS = 300;
const pauseOf = ({ attempt }: QueueMessage) => Math.min(2 ** attempt, MAX_PAUSE_SECONDS);

function parse(body: string): Announced | undefined {
  try {
    return Announced.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}

interface Received {
  message: QueueMessage;
  announced: Announced;
}

const repositoryOf = ({ announced }: Received) => (announced.changes[0] as Change).repository;

/** Those without a time are from before there was one. */
const byAnnouncement = (a: Received, b: Received) =>
  (a.announced.announcedAt ?? '').localeCompare(b.announced.announcedAt ?? '');

/** Those that are ours. */
function receivedOf(messages: QueueMessage[], ports: ApplyChangePorts): Received[] {
  return messages.flatMap((message) => {
    const announced = parse(message.body);
    if (announced) return [{ message, announced }];
    const { id, body } = message;
    ports.log({ level: 'error', message: 'message dropped: none of ours', id, body: body.slice(0, 200) });
    return [];
  });
}

async function handle(received: Received, around: Around, ports: ApplyChangePorts): Promise<void> {
  const { announced } = received;
  const { deployments, reasons } = await apply(announced, around, ports);
  const repository = repositoryOf(received);
  const about = { delivery: announced.deliveryId, host: repository.host, repository: repository.name };
  for (const reason of reasons) ports.log({ level: 'info', message: 'delivery ignored', reason, about });
  if (deployments.length > 0) ports.log({ level: 'info', message: 'delivery handled', about, deployments });
}

type Around = Parameters<typeof apply>[1];

/** Answers it when it has to come again. */
async function attempt(received: Received, around: Around, ports: ApplyChangePorts): Promise<QueueMessage[]> {
  const { message } = received;
  try {
    if (ports.remainingMilliseconds() < RESERVED_MS) return [await again(message, 0, 'no time left for it', ports)];
    await handle(received, around, ports);
    return [];
  } catch (error) {
    return setApart(received, String(error), ports);
  }
}

/**
 * SQS gives none of a group while one of it waits for its next try: what has failed goes on in a group of its own, or where it is
 * when it cannot be sent. Order is not the queue's matter.
 */
async function setApart({ message, announced }: Received, reason: string, ports: ApplyChangePorts) {
  const isMoved = !announced.apart && (await isSentApart({ message, announced }, ports));
  if (!isMoved) return [await again(message, pauseOf(message), reason, ports)];
  ports.log({ level: 'error', message: 'delivery not handled', id: message.id, reason });
  return [];
}

const isSentApart = ({ message, announced }: Received, { queue }: ApplyChangePorts) =>
  queue.send({ ...announced, apart: true }, message.id).then(
    () => true,
    () => false,
  );

/** Without this, it would come again when its visibility time-out is over. */
async function again(message: QueueMessage, seconds: number, reason: string, ports: ApplyChangePorts) {
  ports.log({ level: seconds > 0 ? 'error' : 'warn', message: 'delivery not handled', id: message.id, reason });
  await ports.queue.hide(message, seconds).catch(() => undefined);
  return message;
}

/** Of one repository. What fails does not hold back the rest: what it tells of is compared with what was announced since. */
async function inOrder(received: Received[], connected: App[], ports: ApplyChangePorts): Promise<QueueMessage[]> {
  const left: QueueMessage[] = [];
  for (const [index, one] of received.entries()) {
    const later = received.slice(index + 1).flatMap(({ announced }) => announced.changes);
    left.push(...(await attempt(one, { connected, later }, ports)));
  }
  return left;
}

/** The messages of one repository that have to come again. */
async function ofRepository(received: Received[], ports: ApplyChangePorts): Promise<QueueMessage[]> {
  const { host, name } = repositoryOf(received[0] as Received);
  try {
    return await inOrder(received.toSorted(byAnnouncement), await ports.apps.ofRepository(host, name), ports);
  } catch (error) {
    return Promise.all(received.map(({ message }) => again(message, pauseOf(message), String(error), ports)));
  }
}

/** The messages that have to come again. */
export async function run(messages: QueueMessage[], ports: ApplyChangePorts): Promise<QueueMessage[]> {
  const ofRepositories = Map.groupBy(receivedOf(messages, ports), (received) => {
    const { host, name } = repositoryOf(received);
    return `${host} ${name}`;
  });
  return (await Promise.all([...ofRepositories.values()].map((received) => ofRepository(received, ports)))).flat();
}
