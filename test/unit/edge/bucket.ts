/** The site's bucket in memory, with S3's conditions and metadata. */
import { createHash } from 'node:crypto';
import type { RenderedPage } from '../../../edge/isr/page.ts';
import type { PageBucket } from '../../../edge/shared/bucket.ts';

interface StoredObject {
  body: Buffer;
  headers: Record<string, string>;
}

export type MemoryBucket = PageBucket & { objects: Map<string, StoredObject> };

const etagOf = (body: Buffer) => `"${createHash('md5').update(body).digest('hex')}"`;

export function memoryBucket(): MemoryBucket {
  const objects = new Map<string, StoredObject>();
  const read = (key: string, withBody: boolean) => {
    const found = objects.get(key);
    if (!found) return new Response(null, { status: 404 });
    return new Response(withBody ? new Uint8Array(found.body) : null, {
      headers: { ...found.headers, etag: etagOf(found.body) },
    });
  };
  return {
    objects,
    get: async (key) => read(key, true),
    head: async (key) => read(key, false),
    async put(key, body, contentType) {
      objects.set(key, { body: Buffer.from(body), headers: { 'content-type': contentType } });
    },
    async putIf(key, body, { 'if-match': match, 'if-none-match': noneMatch, ...headers }) {
      const there = objects.get(key);
      const holds = noneMatch ? !there : !match || (there !== undefined && etagOf(there.body) === match);
      if (!holds) return new Response(null, { status: 412 });
      objects.set(key, { body: Buffer.from(body), headers });
      return new Response(null);
    },
  };
}

export const pageOf = (key: string, generatedAt: number, body = 'page'): RenderedPage => ({
  key,
  kind: 'page',
  generatedAt,
  revalidate: 60,
  parts: {
    html: { status: 200, headers: { 'content-type': 'text/html' }, body },
    data: { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ body }) },
  },
});
