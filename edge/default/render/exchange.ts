/** Node's server API without a socket: a request made of values, and a response that is collected. */
import { IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => unknown;

const BODYLESS_STATUSES = new Set([204, 205, 304]);

type Callback = (error?: Error | null) => void;
type Chunk = string | Uint8Array;

class CollectedResponse extends ServerResponse {
  readonly chunks: Buffer[] = [];

  /** Headers given here would go to the wire without ever being seen by getHeaders(). */
  override writeHead(status: number, ...rest: unknown[]): this {
    const headers = rest.at(-1) as OutgoingHttpHeaders | unknown[] | undefined;
    if (Array.isArray(headers)) {
      for (let index = 0; index < headers.length; index += 2) {
        this.appendHeader(String(headers[index]), headers[index + 1] as string);
      }
    } else if (headers && typeof headers === 'object') {
      for (const [name, value] of Object.entries(headers)) {
        if (value !== undefined) this.setHeader(name, value);
      }
    }
    return super.writeHead(status);
  }

  override write(chunk: Chunk, encoding?: BufferEncoding | Callback, callback?: Callback): boolean {
    if (!this.headersSent) this.writeHead(this.statusCode);
    this.chunks.push(typeof chunk === 'string' ? Buffer.from(chunk, encodingOf(encoding)) : Buffer.from(chunk));
    const done = typeof encoding === 'function' ? encoding : callback;
    if (done) process.nextTick(done);
    return true;
  }

  override end(chunk?: Chunk | Callback | null, encoding?: BufferEncoding | Callback, callback?: Callback): this {
    if (this.finished) return this;
    const done = [chunk, encoding, callback].find((argument) => typeof argument === 'function') as Callback | undefined;
    if (chunk !== null && chunk !== undefined && typeof chunk !== 'function') this.write(chunk, encodingOf(encoding));
    if (!this.headersSent) this.writeHead(this.statusCode);
    this.finished = true;
    process.nextTick(() => {
      this.emit('finish');
      this.emit('close');
      done?.();
    });
    return this;
  }

  /** As a pipeline whose source failed does. Without a socket, Node's own tells nobody. */
  override destroy(error?: Error): this {
    if (this.destroyed) return this;
    this.destroyed = true;
    process.nextTick(() => this.emit('close', error));
    return this;
  }
}

const encodingOf = (encoding: BufferEncoding | Callback | undefined) =>
  typeof encoding === 'string' ? encoding : 'utf8';

function incoming(request: Request, target: string, body: Buffer): IncomingMessage {
  const socket = new Socket();
  const forwardedFor = request.headers.get('x-forwarded-for') ?? '';
  Object.defineProperty(socket, 'remoteAddress', { value: forwardedFor.split(',')[0] });
  Object.defineProperty(socket, 'encrypted', { value: request.headers.get('x-forwarded-proto') === 'https' });
  const message = new IncomingMessage(socket);
  message.method = request.method;
  message.url = target;
  message.httpVersion = '1.1';
  const headers = new Headers(request.headers);
  headers.delete('transfer-encoding');
  if (body.length > 0 || headers.has('content-length')) headers.set('content-length', String(body.length));
  for (const [name, value] of headers) {
    message.headers[name] = value;
    message.rawHeaders.push(name, value);
  }
  message.push(body.length > 0 ? body : null);
  if (body.length > 0) message.push(null);
  message.complete = true;
  return message;
}

function toResponse(collected: CollectedResponse, method: string): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(collected.getHeaders())) {
    // Next 16 sets some of a stored page's headers twice, Location among them.
    for (const one of Array.isArray(value) ? new Set(value) : [value]) {
      if (one !== undefined) headers.append(name, String(one));
    }
  }
  const status = collected.statusCode;
  const isBodyless = method === 'HEAD' || BODYLESS_STATUSES.has(status);
  return new Response(isBodyless ? null : Buffer.concat(collected.chunks), { status, headers });
}

/** Resolves once the handler has ended the response, however long after returning that is. */
export async function exchange(handler: NodeHandler, request: Request, target: string): Promise<Response> {
  const message = incoming(request, target, Buffer.from(await request.arrayBuffer()));
  const collected = new CollectedResponse(message);
  await new Promise<void>((resolve, reject) => {
    collected.once('finish', resolve);
    // After it has finished, this says nothing new.
    collected.once('close', (error?: Error) =>
      reject(error ?? new Error(`${request.method} ${target}: the response was destroyed before its end`)),
    );
    Promise.resolve()
      .then(() => handler(message, collected))
      .catch(reject);
  });
  return toResponse(collected, request.method);
}
