import { createHmac, timingSafeEqual } from 'node:crypto';

/** Whether `signature` is `sha256=<hex HMAC-SHA-256 of the raw body>`, compared in constant time. */
export function isSigned(rawBody: Uint8Array, signature: string | undefined, secret: string): boolean {
  if (!signature || !secret) return false;
  const wanted = Buffer.from(`sha256=${createHmac('sha256', secret).update(rawBody).digest('hex')}`);
  const given = Buffer.from(signature);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
