import { expect, test } from '@jest/globals';
import { cleanUrlAliases } from '../../../nextjs/collect/clean-urls.ts';
import { contentTypeOf } from '../../../nextjs/collect/content-types.ts';
import { onDemandPages, pageFile, prerenderedPages } from '../../../nextjs/collect/pages.ts';

test('pages with and without data; no fallbacks of dynamic pages', () => {
  const route = (path: string, initialRevalidateSeconds: number | false = false) => ({
    initialRevalidateSeconds,
    srcRoute: null,
    dataRoute: `/_next/data/B${path.replace('/fr/', '/')}.json`,
  });
  const pages = prerenderedPages(
    { routes: { '/': route('/index'), '/posts/a': route('/posts/a', 60), '/fr/b': route('/fr/b') }, dynamicRoutes: {} },
    {
      '/about': 'pages/about.html',
      '/404': 'pages/404.html',
      '/fr/404': 'pages/fr/404.html',
      '/[slug]': 'pages/[slug].html',
      '/ssr': 'pages/ssr.js',
    },
    'B',
    ['en', 'fr'],
  );
  expect(Object.fromEntries(Object.entries(pages).map(([path, { page }]) => [path, page]))).toEqual({
    '/about': { html: 'about.html', revalidate: false, status: 200 },
    '/404': { html: '404.html', revalidate: false, status: 404 },
    '/fr/404': { html: 'fr/404.html', revalidate: false, status: 404 },
    '/': {
      html: 'index.html',
      data: 'index.json',
      dataPath: '/_next/data/B/index.json',
      revalidate: false,
      status: 200,
    },
    '/fr/b': {
      html: 'fr/b.html',
      data: 'fr/b.json',
      dataPath: '/_next/data/B/fr/b.json',
      revalidate: false,
      status: 200,
    },
    '/posts/a': {
      html: 'posts/a.html',
      data: 'posts/a.json',
      dataPath: '/_next/data/B/posts/a.json',
      revalidate: 60,
      status: 200,
    },
  });
});

test.each(['pages/', 'static/B/pages/'])('files are where this Next keeps them: %s', (folder) => {
  const route = { initialRevalidateSeconds: false, srcRoute: null, dataRoute: '/_next/data/B/a.json' } as const;
  const manifest = { '/about': `${folder}about.html`, '/a': `${folder}a.js` };
  const pages = prerenderedPages({ routes: { '/a': route }, dynamicRoutes: {} }, manifest, 'B');
  expect(Object.values(pages).flatMap(({ files }) => files)).toEqual([
    [`${folder}about.html`, 'about.html'],
    [`${folder}a.html`, 'a.html'],
    [`${folder}a.json`, 'a.json'],
  ]);
});

test.each([
  ['/', '/index'],
  ['/index', '/index/index'],
  ['/index/a', '/index/index/a'],
  ['/indexes', '/indexes'],
])('file of page %s', (path, file) => expect(pageFile(path)).toBe(file));

test.each([
  ['robots.txt', 'text/plain; charset=UTF-8'],
  ['a/b.JPG', 'image/jpeg'],
  ['x.js', 'application/javascript; charset=UTF-8'],
  ['.well-known/apple-app-site-association', 'application/octet-stream'],
  ['archive.unknown', 'application/octet-stream'],
])('content type of %s', (path, type) => expect(contentTypeOf(path)).toBe(type));

test('other names of exported pages, for both settings of trailingSlash', () => {
  expect(cleanUrlAliases(['index.html', '404.html', 'yard.html', 'yard/paint.html', 'robots.txt'])).toEqual([
    ['yard/index.html', 'yard.html'],
    ['yard/paint/index.html', 'yard/paint.html'],
  ]);
  expect(cleanUrlAliases(['about/index.html'])).toEqual([['about.html', 'about/index.html']]);
});

test('other names never take the place of a file, nor of a folder', () => {
  expect(cleanUrlAliases(['a.html', 'a/index.html'])).toEqual([]);
  expect(cleanUrlAliases(['a', 'a.html'])).toEqual([]);
  expect(cleanUrlAliases(['next.js.html'])).toEqual([['next.js', 'next.js.html']]);
  expect(cleanUrlAliases(['v1.2.html'])).toEqual([['v1.2/index.html', 'v1.2.html']]);
});

test('addresses that may become pages, and those that win over them', () => {
  const dynamicRoute = (fallback: string | false | null) => ({ routeRegex: '', fallback });
  const pages = onDemandPages(
    {
      routes: { '/news': { initialRevalidateSeconds: 60, srcRoute: null, dataRoute: '/_next/data/B/news.json' } },
      dynamicRoutes: {
        '/locks/[slug]': dynamicRoute(false),
        '/walks/[slug]': dynamicRoute('/walks/[slug].html'),
        '/pubs/[slug]': dynamicRoute(null),
      },
    },
    {
      '/_app': 'pages/_app.js',
      '/about': 'pages/about.html',
      '/news': 'pages/news.js',
      '/search': 'pages/search.js',
      '/api/echo': 'pages/api/echo.js',
      '/users/[id]': 'pages/users/[id].js',
    },
  );
  expect(pages).toEqual({ pages: ['/walks/[slug]', '/pubs/[slug]'], besides: ['/search', '/api/echo'] });
});
