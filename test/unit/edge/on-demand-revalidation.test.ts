import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createOnDemandRevalidation } from '../../../edge/default/render/next-cache/on-demand-revalidation.ts';
import type { Incremental } from '../../../edge/isr/incremental.ts';
import type { RenderedPage } from '../../../edge/isr/page.ts';
import { settings } from './settings.ts';

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(() => {
  jest.restoreAllMocks();
});

async function keysRendered(basePath: string, urlPath: string): Promise<string[]> {
  const keys: string[] = [];
  const pages = {
    async renderAnew(key: string): Promise<RenderedPage> {
      keys.push(key);
      return { key, kind: 'page', generatedAt: 1, revalidate: 60, parts: {} };
    },
  };
  const store = { writeNewer: async () => 'written' } as unknown as Incremental['pages'];
  const incremental = { pages: store, now: () => 1 } as unknown as Incremental;
  await createOnDemandRevalidation(settings({ basePath }), incremental, () => pages)({ urlPath, opts: {} });
  return keys;
}

test.each([
  ['', '/seeds/oca?x=1', '/seeds/oca'],
  ['/library', '/library/seeds/oca', '/seeds/oca'],
  ['/library', '/seeds/oca', '/seeds/oca'],
  ['/library', '/library', '/'],
  ['/library', '/librarian', '/librarian'],
])('below "%s", res.revalidate("%s") renders %s', async (basePath, urlPath, key) => {
  expect(await keysRendered(basePath, urlPath)).toEqual([key]);
});

test('nothing rendered ahead has that address', async () => {
  const incremental = { pages: {}, now: () => 1 } as unknown as Incremental;
  const revalidate = createOnDemandRevalidation(settings(), incremental, () => ({
    renderAnew: async () => undefined,
  }));
  await expect(revalidate({ urlPath: '/nowhere', opts: {} })).rejects.toThrow(
    '/nowhere is no page that is rendered ahead',
  );
});
