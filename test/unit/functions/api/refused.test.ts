/** What the API does not take: each answer says by its code what is wrong, and names field, value seen and value wanted. */
import { describe, expect, jest, test } from '@jest/globals';
import { parseNetworks } from '../../../../domain/outbound.ts';
import { createApi } from '../../../../functions/api/app.ts';
import { hashOf } from '../../../../functions/api/auth/authenticate.ts';
import type { ApiPorts } from '../../../../functions/api/ports.ts';

const OVER = { name: 'ci', createdAt: '2026-01-01T00:00:00Z', expiresAt: '2026-02-01T00:00:00Z' };
const APP = { id: 'shop', appRoot: '.', notifications: [], branches: ['main'], tags: [], tagSite: 'tags' };
const ports = {
  auth: {
    token: async () => 't',
    tokens: { ofHash: async (hash: string) => (hash === hashOf('towpath_over') ? OVER : undefined) },
    now: () => new Date('2026-03-01'),
    log: () => undefined,
  },
  connection: {},
  apps: { get: async () => APP, list: () => Promise.reject(new Error('of AWS, with a secret')) },
  settings: { get: async () => ({}) },
  variables: { ofApp: async () => [] },
  allowedNetworks: parseNetworks('none'),
  stage: 'dev',
  now: () => new Date(),
} as unknown as ApiPorts;

async function ask(method: string, path: string, body?: unknown, authorization: string | null = 'Bearer t') {
  const headers = { 'content-type': 'application/json', ...(authorization !== null && { authorization }) };
  const sent = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await createApi(ports).request(`/v1${path}`, { method, headers, body: sent });
  const { code, message } = (await answer.json()) as { code: string; message: string };
  return { status: answer.status, code, message, challenge: answer.headers.get('www-authenticate') };
}
const repository = { host: 'github', name: 'acme/shop', url: 'https://github.com/acme/shop' };
const secret = (value: string) => ({ given: { kind: 'secret', value } });
const chat = (url: string) => ({ kind: 'slack', url });

test.each<[string, string, unknown, string, ...string[]]>([
  ['PUT', '/apps/shop', { repository: { ...repository, host: 'svn' } }, 'INVALID_INPUT', 'repository.host', '"svn"'],
  ['PUT', '/apps/shop', {}, 'INVALID_INPUT', 'repository', 'received undefined'],
  ['PUT', '/apps/Shop', { repository }, 'INVALID_INPUT', 'an app name is', 'not "Shop"'],
  ['PUT', '/apps/shop', { repository, environment: { PATH: 'x' } }, 'INVALID_INPUT', 'named "PATH"', 'amplify.yml'],
  ['PUT', '/apps/shop', '{ "repository": ', 'MALFORMED_JSON', 'no JSON'],
  ['POST', '/tokens', { name: 'a b' }, 'INVALID_INPUT', 'name: a token name is', 'not "a b"'],
  ['POST', '/tokens', { name: 'a', expiresInDays: 0 }, 'INVALID_INPUT', 'expiresInDays: ', 'not 0.'],
  ['POST', '/sites/shop-main/domains', { names: ['https://a.b'] }, 'INVALID_INPUT', 'names[0]', 'not "https://a.b"'],
  ['PATCH', '/apps/shop/pushes', { tags: ['v*'], tagSite: 'main' }, 'TAG_SITE_SHARED', 'branch main', '--tag-site'],
  ['PUT', '/apps/shop/settings', { build: { timeoutMinutes: 4 } }, 'INVALID_INPUT', 'timeoutMinutes', 'not 4'],
  ['PUT', '/apps/shop/settings', { rewrites: '[{}]' }, 'REDIRECTS_INVALID', 'rule 1', 'docs/reference/rewrites.md'],
  ['PUT', '/apps/shop/settings', { headers: '[' }, 'CUSTOM_HTTP_INVALID', 'line 1', 'docs/reference/headers.md'],
  ['PUT', '/apps/shop/settings', { build: { amplifyYml: '[' } }, 'AMPLIFY_YML_INVALID', 'line 1', 'Correct'],
  ['PUT', '/apps/shop/variables/PATH', { given: { kind: 'plain', value: 'x' } }, 'VARIABLE_NAME_REFUSED', '"PATH"'],
  ['PUT', '/apps/shop/variables/NEXT_PUBLIC_A', secret('0123456789'), 'SECRET_REFUSED', 'every browser', '--secret'],
  [
    'PUT',
    '/apps/shop/variables/KEY',
    { given: { kind: 'reference', store: 'parameter-store', name: '/all' } },
    'SECRET_REFERENCE_REFUSED',
    '"/all"',
    '/towpath/dev/apps/shop/',
  ],
  ['POST', '/apps/shop/notifications', chat('http://10.0.0.1/x'), 'NOTIFICATION_ADDRESS_REFUSED', 'https'],
])('%s %s %j: %s', async (method, path, body, code, ...told) => {
  const answer = await ask(method, path, body);
  expect(answer).toMatchObject({
    status: 400,
    code,
    message: expect.stringMatching(new RegExp(`[^.]\\. .*\\(${code}\\)$`, 's')),
  });
  for (const part of told) expect(answer.message).toContain(part);
});

test.each([
  ['PUT', '/sites/shop-main/access', { password: 'schlüssel-123' }, 'schlüssel'],
  ['PUT', '/sites/shop-main/access', { password: 'hunter2' }, 'hunter2'],
  ['PUT', '/apps/shop/variables/KEY', secret('hunter2'), 'hunter2'],
  ['POST', '/apps/shop/connection', { repository: { ...repository, url: 'hunter2' } }, 'hunter2'],
  ['POST', '/apps/shop/connection/rotate', { token: 1234567 }, '1234567'],
  ['POST', '/apps/shop/notifications', chat('ftp://hooks.example.com/hunter2'), 'hunter2'],
])('%s %s %j: what may be a secret is not repeated', async (method, path, body, value) => {
  const answer = await ask(method, path, body);
  expect(answer.status).toBe(400);
  expect(answer.message).not.toContain(value);
});

test('a body that is not said to be JSON is not taken for an empty one', async () => {
  const headers = { authorization: 'Bearer t' };
  const answer = await createApi(ports).request('/v1/tokens', { method: 'POST', headers, body: '{"name":"a"}' });
  expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ code: 'MALFORMED_JSON' })]);
});

test('of many mistakes the first are told, and how many there are', async () => {
  const names = Array.from({ length: 9 }, () => '-');
  const { message } = await ask('POST', '/sites/shop-main/domains', { names });
  expect(message).toMatch(/names\[4\].*; and 4 more\. Correct/);
  expect(message).not.toContain('names[5]');
});

describe('who is not let in', () => {
  test.each([
    ['nothing', null, 'TOKEN_MISSING', 'Bearer'],
    ['another scheme', 'Basic dDp0', 'TOKEN_MISSING', 'Bearer'],
    ['a wrong token', 'Bearer wrong', 'TOKEN_REFUSED', 'Bearer error="invalid_token"'],
    ['an unknown named one', 'Bearer towpath_none', 'TOKEN_REFUSED', 'Bearer error="invalid_token"'],
    ['a JWT without an issuer', 'Bearer a.b.c', 'TOKEN_REFUSED', 'Bearer error="invalid_token"'],
    ['one that is over', 'Bearer towpath_over', 'TOKEN_EXPIRED', 'Bearer error="invalid_token"'],
  ])('%s', async (_, authorization, code, challenge) => {
    expect(await ask('GET', '/tokens', undefined, authorization)).toMatchObject({ status: 401, code, challenge });
  });

  test('a stranger learns nothing of what is there', async () => {
    const told = await Promise.all(
      ['/apps/shop/variables', '/apps/nobody/variables', '/nowhere'].map((path) =>
        ask('GET', path, undefined, 'Bearer x'),
      ),
    );
    expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(1);
  });
});

test('what there is not, and what nobody foresaw', async () => {
  expect(await ask('POST', '/nowhere')).toMatchObject({ status: 404, code: 'NO_SUCH_OPERATION' });
  const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const { status, code, message } = await ask('GET', '/apps');
  expect([status, code, message]).toEqual([500, 'INTERNAL_ERROR', expect.not.stringContaining('of AWS')]);
  expect(log).toHaveBeenCalledTimes(1);
  log.mockRestore();
});
