import { expect, test } from '@jest/globals';
import { purgedPaths } from '../../../edge/isr/purged-paths.ts';
import { settings } from './settings.ts';

const site = settings({
  pages: {
    '/news': { html: 'news.html', rsc: 'news.rsc', revalidate: false, status: 200, tags: ['news'] },
    '/list': { html: 'list.html', data: 'list.json', dataPath: '/_next/data/B/list.json', revalidate: 5, status: 200 },
  },
});
const both = (path: string) => [path, `${path}?*`];

test.each([
  ['a path', ['_N_T_/news'], both('/news')],
  ['the root', ['_N_T_/', '_N_T_/index'], [...both('/')].filter((path) => path !== '/*')],
  ['a page with parameters', ['_N_T_/posts/[slug]/page'], ['/posts/*']],
  ['a layout', ['_N_T_/posts/layout'], ['/posts*']],
  ['the root layout', ['_N_T_/layout'], ['/*']],
  ['a page in a group and a slot', ['_N_T_/(shop)/@cart/news/page'], both('/news')],
  ['a tag of the app', ['news'], both('/news')],
  ['a tag of nothing', ['none'], []],
])('%s', (_, tags, paths) => {
  expect(purgedPaths(tags, [], site).filter((path) => !path.startsWith('/_next/data/'))).toEqual([...paths].sort());
});

test('a page of the pages router goes with its data', () => {
  expect(purgedPaths([], ['/list'], site)).toEqual([
    '/_next/data/B/list.json',
    '/_next/data/B/list.json?*',
    '/list',
    '/list?*',
  ]);
});

test('many paths are everything', () => {
  const pages = Array.from({ length: 11 }, (_, index) => `/p${index}`);
  expect(purgedPaths([], pages, site)).toEqual(['/*']);
});

test('below a base path, with trailing slashes, and in the default locale without its name', () => {
  const i18n = { locales: ['en', 'fr'], defaultLocale: 'en' };
  const other = settings({ basePath: '/docs', trailingSlash: true, pages: {} }, { i18n });
  const shown = purgedPaths([], ['/en/a b'], other).filter((path) => !path.includes('_next') && !path.endsWith('*'));
  expect(shown).toEqual(['/docs/a%20b/', '/docs/en/a%20b/']);
  expect(purgedPaths(['_N_T_/layout'], [], other)).toEqual(['/*']);
});
