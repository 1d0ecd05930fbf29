/** An app that somebody else changes or takes away while a Git host is asked, with the real store: nothing of that is lost. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createAppStore } from '../../aws/table/apps.ts';
import { createHookStore } from '../../aws/table/hooks.ts';
import { createIgnoredStore } from '../../aws/table/ignored.ts';
import type { Table } from '../../aws/table/table.ts';
import { createVariableStore } from '../../aws/table/variables.ts';
import { App } from '../../domain/app.ts';
import { parseNetworks } from '../../domain/outbound.ts';
import { createApi } from '../../functions/api/app.ts';
import { connect, rotate } from '../../functions/api/connection/connect.ts';
import type { ConnectionPorts } from '../../functions/api/connection/ports.ts';
import type { ApiPorts } from '../../functions/api/ports.ts';
import { startTable } from '../support/dynamo-table.ts';

const NOW = '2026-11-20T10:00:00.000Z';
let table: Table;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ table, stop } = await startTable());
});
afterAll(() => stop());

let count = 0;
/** An app of its own. `meanwhile` happens before the host's first answer. */
async function story(isThere: boolean, meanwhile: (id: string) => Promise<unknown>) {
  const id = `shop${++count}`;
  const repository = { host: 'gitea', name: `acme/${id}`, url: `https://git.example.com/acme/${id}` } as const;
  const apps = createAppStore(table);
  const app = App.parse({ id, repository, branches: ['rel/*'], createdAt: NOW });
  if (isThere) await apps.create(app);
  const parameters = new Map<string, string>();
  let isFirst = true;
  const ports: ConnectionPorts = {
    apps,
    hooks: createHookStore(table),
    variables: createVariableStore(table),
    parameters: {
      secret: async (name) => String(parameters.get(name)),
      putSecret: async (name, value) => void parameters.set(name, value),
      remove: async (name) => void parameters.delete(name),
    },
    send: async ({ method, url }) => {
      if (isFirst) {
        isFirst = false;
        await meanwhile(id);
      }
      if (method === 'DELETE') return new Response(null, { status: 204 });
      const answer = url.includes('/hooks') ? [] : { full_name: repository.name, html_url: repository.url };
      return Response.json(answer);
    },
    accessToken: async (credential) => credential,
    deploy: jest.fn<ConnectionPorts['deploy']>(),
    stackSecret: async () => 'stack secret',
    hooksUrl: 'https://api.example.com',
    allowedNetworks: parseNetworks('none'),
    stage: 'dev',
    now: () => new Date(NOW),
  };
  const left = async () => ({ tokens: parameters.size, hooks: (await ports.hooks.ofRepository(repository)).length });
  return { id, repository, app, apps, ports, left };
}

const wanted = (repository: App['repository']) => ({ repository, token: 't', appRoot: 'web' });
const notify = (id: string) =>
  createAppStore(table).addNotification(id, { id: 'n1', kind: 'slack', urlParameter: '/x/n1' }, 10);

test('what is changed while the app is connected again, or its token is rotated, stays changed', async () => {
  const again = await story(true, notify);
  await connect(again.id, wanted(again.repository), again.ports);
  const gitTokenParameter = `/towpath/dev/apps/${again.id}/git-token`;
  const notifications = [{ id: 'n1', kind: 'slack', urlParameter: '/x/n1' }];
  expect(await again.apps.get(again.id)).toEqual({ ...again.app, appRoot: 'web', gitTokenParameter, notifications });

  const rotated = await story(true, notify);
  await rotate(rotated.id, 'new', rotated.ports);
  expect((await rotated.apps.get(rotated.id))?.notifications).toEqual(notifications);
});

test('an app that is made by somebody else meanwhile is kept, with what they gave', async () => {
  const { id, repository, app, apps, ports } = await story(false, async (id) => {
    const repository = { host: 'gitea', name: `acme/${id}`, url: `https://git.example.com/acme/${id}` } as const;
    await createAppStore(table).create(App.parse({ id, repository, branches: ['rel/*'], createdAt: NOW }));
  });
  await connect(id, wanted(repository), ports);
  expect(await apps.get(id)).toMatchObject({ ...app, appRoot: 'web' });
});

test.each([
  ['connected again', 'connect'],
  ['rotated', 'rotate'],
])('an app that is taken away while it is %s stays away, and leaves neither token nor webhook', async (_, verb) => {
  const run = ({ id, repository, ports }: Awaited<ReturnType<typeof story>>) =>
    verb === 'connect' ? connect(id, wanted(repository), ports) : rotate(id, 'new', ports);

  const removing = await story(true, (id) => createAppStore(table).markRemoving(id, NOW));
  await expect(run(removing)).rejects.toMatchObject({ code: 'APP_BEING_REMOVED' });
  expect(await removing.apps.get(removing.id)).toEqual({ ...removing.app, removingSince: NOW });
  expect(await removing.left()).toEqual({ tokens: 0, hooks: 0 });

  const gone = await story(true, () => gone.apps.forget(gone.app));
  await expect(run(gone)).rejects.toMatchObject({ code: 'NO_SUCH_APP' });
  expect(await gone.apps.get(gone.id)).toBeUndefined();
  expect(await gone.left()).toEqual({ tokens: 0, hooks: 0 });
});

test.each([
  ['PUT', '', { appRoot: 'web' }, { appRoot: 'web' }],
  ['PATCH', '/pushes', { branches: ['next'] }, { branches: ['next'] }],
  ['PATCH', '/retention', { days: 7 }, { retention: { releases: 10, days: 7 } }],
])('%s /apps/{app}%s changes what it is given, and nothing once the app is going', async (method, path, given, is) => {
  const { id, repository, app, apps } = await story(true, async () => undefined);
  const readBefore = { ...apps, get: async () => app };
  const auth = { token: async () => 't', tokens: {}, now: () => new Date(NOW), log: () => undefined };
  const variables = createVariableStore(table);
  const ports = { auth, apps: readBefore, variables, ignored: createIgnoredStore(table), now: () => new Date(NOW) };
  const send = () =>
    createApi(ports as unknown as ApiPorts).request(`/v1/apps/${id}${path}`, {
      method,
      headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
      body: JSON.stringify({ ...given, ...(method === 'PUT' && { repository }) }),
    });
  await notify(id);
  await apps.change(id, { tags: ['v*'] });
  expect((await send()).status).toBe(200);
  const notifications = [expect.objectContaining({ id: 'n1' })];
  expect(await apps.get(id)).toEqual({ ...app, tags: ['v*'], ...is, notifications });
  await apps.markRemoving(id, NOW);
  const refused = await send();
  expect([refused.status, await refused.json()]).toEqual([409, expect.objectContaining({ code: 'APP_BEING_REMOVED' })]);
});
