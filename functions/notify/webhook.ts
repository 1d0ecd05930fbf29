/**
 * An event for a program of the user's own, signed by the Standard Webhooks' rules, for which there are libraries in most
 * languages. Pure. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac } from 'node:crypto';
import type { TowpathEvent } from '../../domain/events.ts';

/** `type` and `data` are the detail-type and the detail of docs/reference/events.md. */
export const webhookMessage = ({ kind, time, detail }: TowpathEvent): object => ({
  type: kind,
  timestamp: time,
  data: detail,
});

/** The id is the event's own: the receiver knows a repetition by it. `secret` is `whsec_` and a key in base64. */
export function signatureHeaders(id: string, body: string, secret: string, now: Date): Record<string, string> {
  const seconds = Math.floor(now.getTime() / 1000);
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` };
}
