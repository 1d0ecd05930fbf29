/** Who is let into the HTTP API: the stack's token, named ones kept as hashes, and an OpenID Connect issuer's over HTTP. */
import { createSign, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Table } from '../../aws/table/table.ts';
import { createTokenStore } from '../../aws/table/tokens.ts';
import { createApi } from '../../functions/api/app.ts';
import { createOidc, oidcSettings } from '../../functions/api/auth/oidc.ts';
import type { ApiPorts } from '../../functions/api/ports.ts';
import { startTable } from '../support/dynamo-table.ts';

const ROOT_TOKEN = 'the-stack-has-made-this-one';
const NOW = Date.now();

let table: Table;
let stopTable: () => Promise<void>;
let issuer: Server;
let url: string;
let clock = NOW;
const asked: string[] = [];
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const logs: object[] = [];

beforeAll(async () => {
  ({ table, stop: stopTable } = await startTable());
  issuer = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answers: Record<string, object> = {
      '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/keys` },
      '/keys': { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' }] },
    };
    const answer = answers[request.url ?? ''];
    response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer ?? {}));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => issuer.once('listening', resolve));
  url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await stopTable?.();
  issuer?.closeAllConnections();
  await new Promise((resolve) => issuer?.close(resolve));
});

function api(subjects = 'repo:acme/*', at = url) {
  const settings = oidcSettings(at, 'towpath', subjects);
  const auth: ApiPorts['auth'] = {
    token: async () => ROOT_TOKEN,
    tokens: createTokenStore(table),
    oidc: settings && createOidc(settings, { fetch, now: () => clock }),
    now: () => new Date(clock),
    log: (entry) => logs.push(entry),
  };
  // Tokens are all that these requests come to.
  return createApi({ auth, apps: { list: async () => [] } } as unknown as ApiPorts);
}
const statusOf = async (token: string | undefined, app = api()) =>
  (await app.request('/v1/apps', token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })).status;
const asRoot = { authorization: `Bearer ${ROOT_TOKEN}`, 'content-type': 'application/json' };
const create = async (body: object) =>
  api().request('/v1/tokens', { method: 'POST', headers: asRoot, body: JSON.stringify(body) });

test("the stack's token opens, anything else does not", async () => {
  expect(await statusOf(ROOT_TOKEN)).toBe(200);
  for (const wrong of [undefined, '', `${ROOT_TOKEN}x`, 'towpath_', 'a.b.c', 'a b'])
    expect(await statusOf(wrong)).toBe(401);
});

describe('a named token', () => {
  test('opens, is known to nobody but its owner, and opens no more once it is revoked', async () => {
    const made = await create({ name: 'ci' });
    expect(made.status).toBe(201);
    const { token } = (await made.json()) as { token: string };
    expect(await statusOf(token)).toBe(200);
    expect(await statusOf(`${token}x`)).toBe(401);
    const { Items } = await table.client.send(new ScanCommand({ TableName: table.name }));
    expect(JSON.stringify(Items)).not.toContain(token.slice('towpath_'.length));
    const listed = await (await api().request('/v1/tokens', { headers: asRoot })).json();
    expect(listed).toEqual([{ name: 'ci', createdAt: new Date(NOW).toISOString() }]);
    expect((await create({ name: 'ci' })).status).toBe(409);
    const remove = { method: 'DELETE', headers: asRoot };
    expect((await api().request('/v1/tokens/ci', remove)).status).toBe(200);
    expect((await api().request('/v1/tokens/ci', remove)).status).toBe(404);
    expect(await statusOf(token)).toBe(401);
    expect((await create({ name: 'ci' })).status).toBe(201);
  });

  test('ends when it was told to', async () => {
    const { token } = (await (await create({ name: 'short', expiresInDays: 1 })).json()) as { token: string };
    expect(await statusOf(token)).toBe(200);
    clock = NOW + 24 * 60 * 60 * 1000;
    const late = await api().request('/v1/apps', { headers: { authorization: `Bearer ${token}` } });
    expect([late.status, await late.json()]).toEqual([401, expect.objectContaining({ code: 'TOKEN_EXPIRED' })]);
    clock = NOW;
  });

  test.each([[{}], [{ name: '' }], [{ name: 'a b' }], [{ name: 'x', expiresInDays: 0 }], [{ name: 'x'.repeat(65) }]])(
    '%j is no request for one',
    async (body) => {
      expect((await create(body)).status).toBe(400);
    },
  );
});

describe("an OpenID Connect issuer's token", () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const seconds = Math.floor(NOW / 1000);
  const claims = { iss: '', aud: 'towpath', sub: 'repo:acme/shop', exp: seconds + 300, iat: seconds };
  function jwt(change: object = {}, header: object = {}, key = privateKey) {
    const signed = `${part({ alg: 'RS256', typ: 'JWT', kid: 'k1', ...header })}.${part({ ...claims, iss: url, ...change })}`;
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
  }

  test('opens for the subjects that the stack names; its keys are read once', async () => {
    const app = api();
    asked.length = 0;
    for (let i = 0; i < 3; i++) expect(await statusOf(jwt(), app)).toBe(200);
    expect(asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  test.each([
    ['of another subject', { sub: 'repo:evil/shop' }],
    ['of a subject that only ends alike', { sub: 'my repo:acme/shop' }],
    ['for another audience', { aud: 'sts.amazonaws.com' }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['that is over', { exp: seconds - 1 }],
    ['that never ends', { exp: undefined }],
    ['without a subject', { sub: undefined }],
  ])('%s does not', async (_, change) => {
    expect(await statusOf(jwt(change))).toBe(401);
  });

  test('that somebody else signed, or nobody, or with our public key as a secret, does not', async () => {
    expect(await statusOf(jwt({}, {}, stranger.privateKey))).toBe(401);
    expect(await statusOf(jwt({}, { kid: 'k2' }))).toBe(401);
    expect(await statusOf(jwt({}, { alg: 'HS256' }))).toBe(401);
    expect(await statusOf(`${jwt({}, { alg: 'none' }).split('.').slice(0, 2).join('.')}.`)).toBe(401);
  });

  test('opens nothing where no subjects are named, or no issuer', async () => {
    expect(await statusOf(jwt(), api('none'))).toBe(401);
    expect(await statusOf(jwt(), api('*', 'none'))).toBe(401);
  });

  test('an issuer that cannot be asked is told of in the log, and lets nobody in', async () => {
    expect(await statusOf(jwt(), api('*', `${url}/nowhere`))).toBe(401);
    expect(logs).toContainEqual(
      expect.objectContaining({ level: 'error', reason: expect.stringContaining('answered 404') }),
    );
  });
});
