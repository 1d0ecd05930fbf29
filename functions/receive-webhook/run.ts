/**
 * From a Git host's delivery to a message in the queue of changes: verify the raw body, read what it tells of, and
 * acknowledge once that is kept. functions/apply-change does what the changes ask for.
 */

import type { GitHostKind } from '../../domain/deployment.ts';
import { skipReason } from '../../domain/skip.ts';
import { type Announced, type Change, gitHost } from '../../githost/index.ts';
import { shortenedMessage } from '../../lifecycle/deploy.ts';
import { genuineChanges, type SignedDelivery, type SpeakerPorts } from './speaker.ts';

export interface ReceiveWebhookPorts extends SpeakerPorts {
  queue: { send: (message: Announced, group: string) => Promise<void> };
  log: (entry: object) => void;
}

export interface WebhookRequest extends SignedDelivery {
  /** The `{host}` of the path. */
  host: string;
  /** As API Gateway says: functions of several environments come to the queue in another order. */
  receivedAt: Date;
}

export interface WebhookAnswer {
  status: number;
  /** `accepted`: how many changes. Hosts show it beside the delivery. */
  body: { message: string } | { ignored: string } | { accepted: number; ignored?: string };
}

/**
 * The longest change has 9 KB in the queue: two names of 512 characters, an address of 2,048, the message's first 1,000, at
 * three bytes each; and a message of SQS has at most 1 MiB. Only Bitbucket tells of several branches at once.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
const MAX_CHANGES = 50;

/** Whether a message asks to be skipped may be said at its very end. */
const shortened = (change: Change): Change =>
  change.kind === 'deletion'
    ? change
    : { ...change, message: shortenedMessage(change.message), skip: skipReason(change.message) };

/** Pure. */
function messagesOf(deliveryId: string, receivedAt: Date, changes: Change[]): Announced[] {
  const parts = Array.from({ length: Math.ceil(changes.length / MAX_CHANGES) }, (_, part) => part);
  return parts.map((part) => ({
    deliveryId: part === 0 ? deliveryId : `${deliveryId}#${part}`,
    announcedAt: receivedAt.toISOString(),
    changes: changes.slice(part * MAX_CHANGES, (part + 1) * MAX_CHANGES).map(shortened),
  }));
}

export async function run(request: WebhookRequest, ports: ReceiveWebhookPorts): Promise<WebhookAnswer> {
  const host = gitHost(request.host);
  if (!host) return { status: 404, body: { message: `There is no Git host "${request.host}".` } };
  const told = await genuineChanges(host, request, ports);
  if (!told) {
    ports.log({ level: 'warn', message: 'delivery refused: wrong or missing signature', host: request.host });
    return { status: 401, body: { message: 'The signature is missing or wrong.' } };
  }
  const changes = told.filter((change) => change.kind !== 'ignored');
  const reasons = [...new Set(told.flatMap((change) => (change.kind === 'ignored' ? [change.reason] : [])))];
  const about = { host: request.host as GitHostKind, delivery: changes[0]?.deliveryId };
  for (const reason of reasons) ports.log({ level: 'info', message: 'delivery ignored', reason, about });
  const ignored = reasons.length > 0 ? { ignored: reasons.join('; ') } : undefined;
  const [first] = changes;
  if (!first) return { status: 202, body: ignored ?? { ignored: 'the delivery tells of nothing' } };
  const group = `${first.repository.host}#${first.repository.name}`;
  for (const message of messagesOf(first.deliveryId, request.receivedAt, changes))
    await ports.queue.send(message, group);
  return { status: 202, body: { accepted: changes.length, ...ignored } };
}
