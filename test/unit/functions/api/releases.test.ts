import { expect, test } from '@jest/globals';
import { createApi } from '../../../../functions/api/app.ts';
import type { ApiPorts } from '../../../../functions/api/ports.ts';

const site = { id: 'shop-main', liveRelease: 'R4', previousRelease: 'R3' };
const record = (release: string, number: number, published = true) => ({
  release,
  number,
  createdAt: '2026-11-20T10:00:00.000Z',
  rendering: 'ssr',
  ...(published && { published: {} }),
});
const kept = [record('R5', 5), record('R4', 4), record('R3', 3), record('R2', 2, false), record('R1', 1)];
const ports = {
  auth: { token: async () => 't', tokens: { find: async () => undefined }, log: () => undefined },
  connection: {},
  sites: { get: async (id: string) => (id === site.id ? site : undefined) },
  releases: { ofSite: async () => kept },
  deployments: {
    get: async (id: string) => ({ status: id === 'R5' ? 'failed' : 'succeeded', commit: { sha: id, message: '' } }),
  },
} as unknown as ApiPorts;
const ask = (path: string) => createApi(ports).request(`/v1${path}`, { headers: { authorization: 'Bearer t' } });

test('the releases that a site can be switched to say how they stand; what was never published is none', async () => {
  const answer = (await (await ask('/sites/shop-main/releases')).json()) as { release: string; state: string }[];
  expect(answer.map(({ release, state }) => `${release} ${state}`)).toEqual([
    'R5 failed',
    'R4 live',
    'R3 previous',
    'R1 kept',
  ]);
  expect((await ask('/sites/nobody/releases')).status).toBe(404);
});
