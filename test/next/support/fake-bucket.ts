/** A bucket over loopback: GET, HEAD and PUT of `/<bucket>/<key>`, with metadata and PutObject's conditions. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StoredObject {
  body: Buffer;
  contentType: string;
  /** `x-amz-meta-…` */
  metadata?: Record<string, string>;
}

const etagOf = ({ body }: StoredObject) => `"${createHash('md5').update(body).digest('hex')}"`;

const metadataOf = (headers: IncomingHttpHeaders) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'))) as Record<
    string,
    string
  >;

function refuses(found: StoredObject | undefined, headers: IncomingHttpHeaders): boolean {
  if (headers['if-none-match']) return found !== undefined;
  return headers['if-match'] !== undefined && (!found || etagOf(found) !== headers['if-match']);
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
      if (refuses(objects.get(key), request.headers)) return response.writeHead(412).end();
      objects.set(key, {
        body: Buffer.concat(chunks),
        contentType: request.headers['content-type'] ?? 'binary/octet-stream',
        metadata: metadataOf(request.headers),
      });
      return response.writeHead(200).end();
    }
    const found = objects.get(key);
    if (!found) return response.writeHead(404, { 'content-type': 'application/xml' }).end('<Error/>');
    const headers = { 'content-type': found.contentType, etag: etagOf(found), 'x-amz-request-id': 'FAKE' };
    return response
      .writeHead(200, { ...headers, ...found.metadata })
      .end(request.method === 'HEAD' ? undefined : found.body);
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
