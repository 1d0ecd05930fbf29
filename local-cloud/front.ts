/**
 * The one HTTP server: sites and HTTP APIs by Host or path, `GET /_local` for the CLI, and everything else as an AWS
 * call whose credential scope names the service. It listens on 127.0.0.1 alone.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConnectionCut } from './faults/errors.ts';
import type { FaultyFront } from './faults/index.ts';
import { AwsError } from './protocol/aws-error.ts';
import { asAwsError, errorXml } from './protocol/write-error.ts';
import { answerCall } from './runtime/answer-call.ts';
import type { CredentialsRegistry } from './runtime/credentials.ts';
import { LocalCloudError } from './runtime/local-cloud-error.ts';
import type { Service, WireRequest, WireResponse } from './service.ts';

/** S3 takes 5 GiB in one PUT; bodies are held in memory here. */
const MAX_BODY_BYTES = 1024 ** 3;

export interface FrontOptions {
  port: number;
  services: Record<string, Service>;
  credentials: CredentialsRegistry;
  now: () => number;
  faults: FaultyFront;
  /** The JSON of `GET /_local`. */
  about: () => object;
}

export interface Front {
  port: number;
  close(): Promise<void>;
}

export async function startFront(options: FrontOptions): Promise<Front> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      if (error instanceof ConnectionCut) return request.socket.destroy();
      const { code, message, status } = asAwsError(error, `${request.method} ${request.url}`);
      if (response.headersSent) response.destroy();
      else send(request, response, errorXml(code, message, status));
    });
  });
  // Uploads and long polls may take their time.
  server.requestTimeout = 0;
  await listen(server, options.port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const inUse = cause.code === 'EADDRINUSE' || cause.code === 'EACCES';
      if (!inUse) return reject(cause);
      const remedy = 'Stop what listens there, or choose another port (0 takes any free one).';
      reject(new LocalCloudError('PORT_IN_USE', `Port ${port} on 127.0.0.1 is not free.`, remedy, { cause }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, options: FrontOptions): Promise<void> {
  for (const service of Object.values(options.services)) {
    if (service.ingress?.(request, response)) return;
  }
  if (request.url === '/_local' && isLocalHost(request.headers.host)) {
    const body = JSON.stringify(options.about());
    return send(request, response, { status: 200, headers: { 'content-type': 'application/json' }, body });
  }
  const wire = await readRequest(request);
  send(request, response, await answerCall(wire, options.services, options.credentials, options.now(), options.faults));
}

/** A page on some other host name that resolves to this machine must not read the credentials. */
function isLocalHost(host = ''): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host);
}

async function readRequest(request: IncomingMessage): Promise<WireRequest> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY_BYTES) throw new AwsError('EntityTooLarge', `The body is over ${MAX_BODY_BYTES} bytes`, 413);
    parts.push(part);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  const body = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  return { method: request.method ?? 'GET', url: request.url ?? '/', headers, body };
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: WireResponse): void {
  const length = request.method === 'HEAD' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const bodyless = request.method === 'HEAD' || status === 204 || status === 304;
  response.writeHead(status, bodyless ? headers : { ...headers, ...length });
  response.end(bodyless ? undefined : body);
}
