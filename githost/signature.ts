/** How hosts prove that a delivery is theirs. All comparisons take the same time wherever the difference is. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

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
