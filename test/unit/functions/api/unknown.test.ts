/** What is asked for and not there: each answer says by its code what is missing, and where to see what is there. */
import { expect, test } from '@jest/globals';
import { createApi } from '../../../../functions/api/app.ts';
import type { ApiPorts } from '../../../../functions/api/ports.ts';

const ID = '01JD0000000000000000000000';
const none = async () => undefined;
const ports = {
  auth: { token: async () => 't', tokens: { find: none, revoke: none }, now: () => new Date(), log: () => undefined },
  connection: { apps: { get: async (id: string) => (id === 'left' ? { id, disconnectedAt: 'then' } : undefined) } },
  apps: { get: async (id: string) => (id === 'shop' ? { id, appRoot: '.', notifications: [] } : undefined) },
  variables: { remove: none },
  settings: { get: none },
  access: { get: none },
  domains: { get: none },
  sites: { get: none },
  deployments: { get: none },
} as unknown as ApiPorts;

test.each([
  ['GET', '/apps/nobody', 'NO_SUCH_APP', 'towpath list'],
  ['GET', '/apps/nobody/pushes', 'NO_SUCH_APP', 'towpath list'],
  ['GET', '/apps/nobody/variables', 'NO_SUCH_APP', 'towpath list'],
  ['GET', '/apps/nobody/settings', 'NO_SUCH_APP', 'towpath list'],
  ['GET', '/apps/nobody/retention', 'NO_SUCH_APP', 'towpath list'],
  ['GET', '/apps/nobody/notifications', 'NO_SUCH_APP', 'towpath list'],
  ['POST', '/apps/nobody/connection/rotate', 'NO_SUCH_APP', 'towpath list'],
  ['DELETE', '/apps/shop/variables/TITLE?scope=app', 'NO_SUCH_VARIABLE', 'towpath env list shop'],
  ['DELETE', `/apps/shop/notifications/${ID}`, 'NO_SUCH_NOTIFICATION', 'towpath notify shop'],
  ['GET', '/sites/nobody/releases', 'NO_SUCH_SITE', 'towpath list'],
  ['GET', '/sites/nobody/logs', 'NO_SUCH_SITE', 'towpath list'],
  ['GET', '/sites/nobody-main/access', 'NO_SUCH_PASSWORD', 'towpath protect nobody-main'],
  ['GET', '/sites/nobody-main/domains', 'NO_SUCH_DOMAIN', 'towpath domain add'],
  ['GET', `/deployments/${ID}`, 'NO_SUCH_DEPLOYMENT', 'towpath list'],
  ['GET', `/deployments/${ID}/log`, 'NO_SUCH_DEPLOYMENT', 'towpath list'],
  ['GET', `/deployments/${ID}/artifacts`, 'NO_SUCH_DEPLOYMENT', 'towpath list'],
  ['DELETE', '/tokens/ci', 'NO_SUCH_TOKEN', 'towpath token list'],
])('%s %s: %s', async (method, path, code, remedy) => {
  const headers = { authorization: 'Bearer t', 'content-type': 'application/json' };
  const body = method === 'POST' ? '{}' : undefined;
  const answer = await createApi(ports).request(`/v1${path}`, { method, headers, ...(body && { body }) });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toEqual({ code, message: expect.stringContaining(remedy) });
});

test('what was disconnected is no unknown app', async () => {
  const headers = { authorization: 'Bearer t' };
  const answer = await createApi(ports).request('/v1/apps/left/connection', { method: 'DELETE', headers });
  expect([answer.status, await answer.json()]).toEqual([409, expect.objectContaining({ code: 'NOT_CONNECTED' })]);
});
