/** Messages of the queue of changes. Those of one repository come in their order: one that fails holds back those after it. */
import type { QueueMessage } from '../../aws/queues.ts';
import { Announced } from '../../githost/index.ts';
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

async function handle({ id, body }: QueueMessage, ports: ApplyChangePorts): Promise<void> {
  const announced = parse(body);
  if (!announced) {
    ports.log({ level: 'error', message: 'message dropped: none of ours', id, body: body.slice(0, 200) });
    return;
  }
  const { deployments, reasons } = await apply(announced, ports);
  const { repository } = announced.changes[0] as Announced['changes'][number];
  const about = { delivery: announced.deliveryId, host: repository.host, repository: repository.name };
  for (const reason of reasons) ports.log({ level: 'info', message: 'delivery ignored', reason, about });
  if (deployments.length > 0) ports.log({ level: 'info', message: 'delivery handled', about, deployments });
}

/** The messages that have to come again. */
export async function run(messages: QueueMessage[], ports: ApplyChangePorts): Promise<QueueMessage[]> {
  for (const [index, message] of messages.entries()) {
    try {
      await handle(message, ports);
    } catch (error) {
      ports.log({ level: 'error', message: 'delivery not handled', id: message.id, reason: String(error) });
      const again = messages.slice(index);
      // Without this, they would come again when their visibility time-out is over.
      for (const one of again) await ports.queue.hide(one, pauseOf(message)).catch(() => undefined);
      return again;
    }
  }
  return [];
}
