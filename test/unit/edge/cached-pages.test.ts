import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createCachedPages } from '../../../edge/default/render/next-cache/cached-pages.ts';
import { newVisit, type Rendered } from '../../../edge/default/render/next-cache/visit.ts';
import type { Incremental } from '../../../edge/isr/incremental.ts';
import type { RenderedPage } from '../../../edge/isr/page.ts';
import { settings } from './settings.ts';

beforeEach(() => {
  for (const level of ['log', 'error'] as const) jest.spyOn(console, level).mockImplementation(() => undefined);
});
afterEach(() => {
  jest.restoreAllMocks();
});

function world(answer: Response | undefined) {
  const written: RenderedPage[] = [];
  const writeNewer = async (page: RenderedPage) => `${written.push(page)}`;
  const incremental = { pages: { writeNewer }, now: () => 1 } as unknown as Incremental;
  const answers = { ask: async () => answer?.clone(), isOfPagesRouter: async () => false };
  return { written, pages: createCachedPages(answers, settings(), incremental, 'id') };
}

const route = {
  value: { kind: 'APP_ROUTE', body: Buffer.from('feed'), status: 200, headers: {} },
  cacheControl: { revalidate: 60, expire: undefined },
} as unknown as Rendered;

function visitThatRendered() {
  const visit = newVisit();
  visit.rendered.set('/feed.xml', route);
  return visit;
}

test('what was rendered for its first visitor is stored as its address answers', async () => {
  const { pages, written } = world(new Response('feed'));
  await pages.storeFirst(visitThatRendered(), 1);
  expect(written).toMatchObject([{ key: '/feed.xml', parts: { body: { status: 200 } } }]);
});

test('nothing is stored where no page is at that address: what is there stays', async () => {
  const { pages, written } = world(undefined);
  await pages.storeFirst(visitThatRendered(), 1);
  expect(written).toEqual([]);
  expect(await pages.renderAnew('/feed.xml')).toBeUndefined();
});
