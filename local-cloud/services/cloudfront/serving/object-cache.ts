/** The edge's cache: responses by key, in memory, the least recently used forgotten first. */
import type { EdgeResponse } from './message.ts';

export interface CachedObject {
  response: EdgeResponse;
  /** Path and keyed query: what invalidations match. */
  object: string;
  /** Milliseconds since the epoch, all. */
  storedAt: number;
  freshUntil: number;
  staleWhileRevalidateUntil: number;
  staleIfErrorUntil: number;
}

export interface ObjectCache {
  get(key: string): CachedObject | undefined;
  put(key: string, value: CachedObject): void;
  delete(key: string): void;
  /** Forgets what `matches` under keys with this prefix, and answers how many that were. */
  remove(prefix: string, matches: (value: CachedObject) => boolean): number;
}

const OVERHEAD_BYTES = 2_000;

export function createObjectCache(maxBytes: number): ObjectCache {
  const objects = new Map<string, CachedObject>();
  let bytes = 0;
  const sizeOf = ({ response }: CachedObject) => response.body.length + OVERHEAD_BYTES;
  const drop = (key: string): void => {
    const value = objects.get(key);
    if (!value) return;
    bytes -= sizeOf(value);
    objects.delete(key);
  };
  return {
    get: (key) => {
      const value = objects.get(key);
      if (value) {
        objects.delete(key);
        objects.set(key, value);
      }
      return value;
    },
    put: (key, value) => {
      drop(key);
      objects.set(key, value);
      bytes += sizeOf(value);
      for (const oldest of objects.keys()) {
        if (bytes <= maxBytes) break;
        drop(oldest);
      }
    },
    delete: drop,
    remove: (prefix, matches) => {
      const keys = [...objects].flatMap(([key, value]) => (key.startsWith(prefix) && matches(value) ? [key] : []));
      keys.forEach(drop);
      return keys.length;
    },
  };
}
