import { createServer, request } from 'node:http';
import type { request as requestHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { createReleaseAt } from '../../../lifecycle/release-at.ts';

const R1 = '01JD0000000000000000000001';
const R2 = '01JD0000000000000000000002';

async function asked(name: string, headers: Record<string, string> | undefined) {
  const seen: unknown[] = [];
  const server = createServer((incoming, response) => {
    seen.push([incoming.method, incoming.headers.host, incoming.url]);
    if (!headers) return incoming.socket.destroy();
    return response.writeHead(301, { location: 'https://elsewhere.example', ...headers }).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const releaseAt = createReleaseAt(request as typeof requestHttps, (server.address() as AddressInfo).port);
  const release = await releaseAt(name, '127.0.0.1');
  server.closeAllConnections();
  server.close();
  return { release, seen };
}

test.each([
  ['a function’s answer', { 'x-towpath-release': R1 }, R1],
  ['a static file', { 'x-amz-meta-towpath-release': R2 }, R2],
  ['somebody else’s answer', {}, undefined],
  ['an answer that is none of ours', { 'x-towpath-release': 'x'.repeat(5000) }, undefined],
  ['no answer', undefined, undefined],
])('%s tells the release, asked at the address by the name', async (_, headers, expected) => {
  const { release, seen } = await asked('shop.example.org', headers);
  expect(release).toBe(expected);
  expect(seen).toEqual([['HEAD', 'shop.example.org', '/']]);
});
