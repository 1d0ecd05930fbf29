/** A bucket over loopback: GET and PUT of `/<bucket>/<key>`. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StoredObject {
  body: Buffer;
  contentType: string;
}

export interface FakeBucket {
  endpoint: string;
  objects: Map<string, StoredObject>;
  stop(): Promise<void>;
}

export async function startFakeBucket(name: string): Promise<FakeBucket> {
  const objects = new Map<string, StoredObject>();
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] as string);
    const key = path.slice(`/${name}/`.length);
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) return response.writeHead(403).end();
    if (request.method === 'PUT') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      objects.set(key, {
        body: Buffer.concat(chunks),
        contentType: request.headers['content-type'] ?? 'binary/octet-stream',
      });
      return response.writeHead(200).end();
    }
    const found = objects.get(key);
    if (!found) return response.writeHead(404, { 'content-type': 'application/xml' }).end('<Error/>');
    const etag = `"${createHash('md5').update(found.body).digest('hex')}"`;
    return response
      .writeHead(200, { 'content-type': found.contentType, etag, 'x-amz-request-id': 'FAKE' })
      .end(found.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
