/** Node's HTTP messages to the edge's and back. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type EdgeRequest, type EdgeResponse, fromRawHeaders } from './message.ts';

/** By design: AWS takes 50 GB; here bodies are held in memory. */
const MAX_BODY_BYTES = 100_000_000;

/** Undefined when the body is too large. */
export async function readRequest(incoming: IncomingMessage): Promise<EdgeRequest | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  const [path = '/', ...query] = (incoming.url ?? '/').split('?');
  const { remoteAddress = '127.0.0.1', remotePort = 0 } = incoming.socket;
  const clientIp = remoteAddress.replace(/^::ffff:/, '');
  return {
    method: incoming.method ?? 'GET',
    // A request line may hold a whole URL.
    path: path.replace(/^https?:\/\/[^/]+/i, '') || '/',
    query: query.join('?'),
    headers: fromRawHeaders(incoming.rawHeaders),
    body: Buffer.concat(chunks),
    clientIp,
    clientAddress: `${clientIp}:${remotePort}`,
  };
}

export function writeResponse(response: EdgeResponse, outgoing: ServerResponse, method: string): void {
  const { status, statusText, headers, body } = response;
  const bodiless = method === 'HEAD' || status === 204 || status === 304;
  const { 'content-length': length, ...rest } = headers;
  for (const [name, values] of Object.entries(rest))
    outgoing.setHeader(name, values.length === 1 ? values[0]! : values);
  if (!bodiless) outgoing.setHeader('content-length', body.length);
  else if (method === 'HEAD' && length) outgoing.setHeader('content-length', length);
  if (statusText) outgoing.writeHead(status, statusText.replace(/[^\x20-\x7e]/g, ''));
  else outgoing.writeHead(status);
  outgoing.end(bodiless ? undefined : body);
}
