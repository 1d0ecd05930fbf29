/** A GitHub App's key as a credential: GitHub's own check of the JWT, and tokens that end. */
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createCredentials, send } from '../../githost/index.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const credential = (change: object = {}) =>
  JSON.stringify({ appId: '1234', installationId: '99', privateKey: pem, ...change });

let server: Server;
let repository: { host: 'github'; name: string; url: string };
let clock: number;
let made: string[] = [];

/** As GitHub: signed by the app's key, issued in the past, not longer than ten minutes. */
function isGenuine(authorization = ''): boolean {
  const [header = '', claims = '', signature = ''] = authorization.replace('Bearer ', '').split('.');
  const { iat, exp, iss } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  const seconds = clock / 1000;
  const signed = createVerify('RSA-SHA256').update(`${header}.${claims}`).verify(publicKey, signature, 'base64url');
  return signed && iss === '1234' && iat <= seconds && exp > seconds && exp <= seconds + 600;
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const ours = request.method === 'POST' && request.url === '/api/v3/app/installations/99/access_tokens';
    if (!ours || !isGenuine(request.headers.authorization)) return response.writeHead(ours ? 401 : 404).end('{}');
    made.push(`ghs_${made.length + 1}`);
    const expires_at = new Date(clock + 3_600_000).toISOString();
    response.writeHead(201).end(JSON.stringify({ token: made.at(-1), expires_at, permissions: { contents: 'read' } }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/acme/shop`;
  repository = { host: 'github', name: 'acme/shop', url };
});
beforeEach(() => {
  made = [];
  clock = Date.parse('2026-11-20T10:00:00Z');
});
afterAll(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

test('a token is itself', async () => {
  expect(await createCredentials({ send, now: () => clock })('ghp_x', repository)).toBe('ghp_x');
});

test("an App's key makes a token, which is used until ten minutes before its end", async () => {
  const tokenOf = createCredentials({ send, now: () => clock });
  expect(await tokenOf(credential(), repository)).toBe('ghs_1');
  clock += 49 * 60_000;
  expect(await tokenOf(credential(), repository)).toBe('ghs_1');
  clock += 2 * 60_000;
  expect(await tokenOf(credential(), repository)).toBe('ghs_2');
});

test.each([
  [
    'another key',
    {
      privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
        type: 'pkcs8',
        format: 'pem',
      }),
    },
    'GIT_TOKEN_REFUSED',
  ],
  ['no key', { privateKey: 'hello' }, 'GIT_TOKEN_REFUSED'],
  ['another installation', { installationId: '7' }, 'GIT_REPOSITORY_NOT_FOUND'],
  ['an installation that leads elsewhere', { installationId: '../../user' }, 'GIT_TOKEN_REFUSED'],
])('%s is refused, and nothing of the key is told', async (_, change, code) => {
  const error = await createCredentials({ send, now: () => clock })(credential(change), repository).catch(
    (thrown) => thrown,
  );
  expect(error).toMatchObject({ code });
  expect(error.message).not.toContain('PRIVATE KEY');
  expect(made).toEqual([]);
});
