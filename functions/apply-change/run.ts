/**
 * Messages of the queue of changes. Those of one repository come in their order: one that fails holds back those after it, and
 * a push that has a newer one of its branch behind it need not begin.
 */
import type { QueueMessage } from '../../aws/queues.ts';
import { Announced, type Change } from '../../githost/index.ts';
import { type ApplyPorts, apply } from './apply.ts';

export interface ApplyChangePorts extends ApplyPorts {
  queue: { hide: (message: QueueMessage, seconds: number) => Promise<void> };
  log: (entry: object) => void;
}

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

async function handle(announced: Announced, later: Change[], ports: ApplyChangePorts): Promise<void> {
  const { deployments, reasons } = await apply(announced, ports, later);
  const { repository } = announced.changes[0] as Change;
  const about = { delivery: announced.deliveryId, host: repository.host, repository: repository.name };
  for (const reason of reasons) ports.log({ level: 'info', message: 'delivery ignored', reason, about });
  if (deployments.length > 0) ports.log({ level: 'info', message: 'delivery handled', about, deployments });
}

/** Of one repository. */
async function inOrder(received: Received[], ports: ApplyChangePorts): Promise<QueueMessage[]> {
  for (const [index, { message, announced }] of received.entries()) {
    const behind = received.slice(index + 1).flatMap((one) => one.announced.changes);
    try {
      await handle(announced, behind, ports);
    } catch (error) {
      ports.log({ level: 'error', message: 'delivery not handled', id: message.id, reason: String(error) });
      const again = received.slice(index).map((one) => one.message);
      // Without this, they would come again when their visibility time-out is over.
      for (const one of again) await ports.queue.hide(one, pauseOf(message)).catch(() => undefined);
      return again;
    }
  }
  return [];
}

const repositoryOf = ({ announced }: Received) => {
  const { host, name } = (announced.changes[0] as Change).repository;
  return `${host} ${name}`;
};

/** The messages that have to come again. */
export async function run(messages: QueueMessage[], ports: ApplyChangePorts): Promise<QueueMessage[]> {
  const ofRepositories = Map.groupBy(receivedOf(messages, ports), repositoryOf);
  return (await Promise.all([...ofRepositories.values()].map((received) => inOrder(received, ports)))).flat();
}
