/** How hosts prove that a delivery is theirs. All comparisons take the same time wherever the difference is. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Headers } from './types.ts';

const SIGNING_PREFIX = 'whsec_';

/** Whether `signature` is `<prefix><hex HMAC-SHA-256 of the raw body>`. */
export function isSigned(rawBody: Uint8Array, signature: string | undefined, secret: string, prefix = 'sha256=') {
  if (!signature || !secret) return false;
  const wanted = Buffer.from(`${prefix}${createHmac('sha256', secret).update(rawBody).digest('hex')}`);
  const given = Buffer.from(signature);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Whether the delivery names the secret itself. Digests are compared, so that not even its length shows. */
export function isSecret(token: string | undefined, secret: string): boolean {
  if (!token || !secret) return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(token), digest(secret));
}

/**
 * Whether one of the signatures in `webhook-signature` is of id, time and body, under `whsec_<key in base64>`.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * How old it is does not count: deliveries are known again by their ids, and may be sent again by hand.
 */
export function isStandardSigned(rawBody: Uint8Array, headers: Headers, secret: string): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures = '' } = headers;
  if (!id || !time || !secret.startsWith(SIGNING_PREFIX)) return false;
  const key = Buffer.from(secret.slice(SIGNING_PREFIX.length), 'base64');
  const wanted = createHmac('sha256', key).update(`${id}.${time}.`).update(rawBody).digest();
  return signatures.split(' ').some((signature) => {
    const [version, value = ''] = signature.split(',');
    const given = Buffer.from(value, 'base64');
    return version === 'v1' && given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}
