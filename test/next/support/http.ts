import { request } from 'node:http';

export interface Ask {
  method: string;
  /** Path and query. */
  target: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

export interface Answer {
  status: number;
  headers: Record<string, string[]>;
  body: Buffer;
}

/** Plain HTTP: no redirects followed, nothing decompressed, the target sent as it is. */
export function askServer(port: number, { method, target, headers = {}, body }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body ? { 'content-length': String(Buffer.byteLength(body)) } : {};
    const outgoing = request(
      {
        host: 'localhost',
        port,
        method,
        path: target,
        headers: { host: 'site.example', ...headers, ...length },
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answered: Record<string, string[]> = {};
          for (const [name, values] of Object.entries(response.headersDistinct)) answered[name] = values ?? [];
          resolve({ status: response.statusCode ?? 0, headers: answered, body: Buffer.concat(chunks) });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
