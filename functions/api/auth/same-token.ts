import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Compares in constant time, whatever the lengths. */
export const sameToken = (presented: string, expected: string) => timingSafeEqual(digest(presented), digest(expected));
