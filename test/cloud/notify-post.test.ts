/** What a chat's server may do to the one who posts: redirect, stay silent, talk without end, change its address. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, jest, test } from '@jest/globals';
import { parseNetworks } from '../../domain/outbound.ts';
import { post } from '../../functions/notify/post.ts';

const loopback = parseNetworks('127.0.0.0/8,::1/128');
const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const resolving = (address: string) =>
  jest.fn((_: string, answer: (error: null, found: { address: string; family: number }[]) => void) =>
    answer(null, [{ address, family: 4 }]),
  );

test('JSON arrives, at the address that was checked and under the name that was given', async () => {
  let seen: object = {};
  const port = await serve(async (request, response) => {
    const sent = await text(request);
    const { host, 'content-type': type } = request.headers;
    seen = { method: request.method, path: request.url, host, type, body: sent };
    response.end('ok');
  });
  const resolve = resolving('127.0.0.1');
  const answer = await post(`http://chat.example.com:${port}/hook?a=1`, JSON.stringify({ text: 'é' }), {
    allowed: loopback,
    resolve,
  });
  expect(answer).toEqual({ status: 200, retryAfter: undefined, body: 'ok' });
  expect(seen).toEqual({
    method: 'POST',
    path: '/hook?a=1',
    host: `chat.example.com:${port}`,
    type: 'application/json; charset=utf-8',
    body: '{"text":"é"}',
  });
  expect(resolve).toHaveBeenCalledTimes(1);
});

test('a redirect is an answer', async () => {
  const paths: (string | undefined)[] = [];
  const port = await serve((request, response) => {
    paths.push(request.url);
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  expect(await post(`http://127.0.0.1:${port}/hook`, '{}', { allowed: loopback })).toMatchObject({
    status: 307,
  });
  expect(paths).toEqual(['/hook']);
});

test('a server that says nothing is left', async () => {
  const port = await serve(() => {});
  const left = post(`http://127.0.0.1:${port}/`, '{}', { allowed: loopback, timeoutMs: 100 });
  await expect(left).rejects.toMatchObject({ code: 'ABORT_ERR' });
});

test('a server that falls silent in its body has answered', async () => {
  const port = await serve((_, response) => response.writeHead(200).write('o'));
  const answer = await post(`http://127.0.0.1:${port}/`, '{}', { allowed: loopback, timeoutMs: 2_000 });
  expect(answer).toMatchObject({ status: 200, body: 'o' });
});

test('a server that talks without end is heard for one KiB', async () => {
  const port = await serve((_, response) => {
    const more = () => response.write('x'.repeat(65_536), more);
    response.writeHead(429, { 'retry-after': '3' });
    more();
  });
  const answer = await post(`http://127.0.0.1:${port}/`, '{}', { allowed: loopback });
  expect(answer).toEqual({ status: 429, retryAfter: '3', body: 'x'.repeat(1024) });
});

test('a connection that is refused says so', async () => {
  const port = await serve(() => {});
  await new Promise((resolve) => servers.pop()?.close(resolve));
  await expect(post(`http://127.0.0.1:${port}/`, '{}', { allowed: loopback })).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  });
});
