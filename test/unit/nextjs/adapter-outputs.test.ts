import { expect, test } from '@jest/globals';
import type { BuildOutputs } from '../../../nextjs/adapter/outputs.ts';
import { withAddresses } from '../../../nextjs/collect/adapter-addresses.ts';
import { storedFiles, strategyOf } from '../../../nextjs/collect/adapter-outputs.ts';
import { type AdapterPage, adapterPages } from '../../../nextjs/collect/adapter-pages.ts';
import { routingOfAdapter, toldRouting } from '../../../nextjs/collect/adapter-routing.ts';

const ROOT = '/repository';
const output = (pathname: string, file: string) => ({
  pathname,
  runtime: 'nodejs' as const,
  filePath: `${ROOT}/web/.next/server/${file}`,
  assets: { 'node_modules/next/setup-node-env.js': `${ROOT}/node_modules/next/dist/setup.js` },
});
const rendered = (pathname: string, parentOutputId: string, fallback: object) => ({
  pathname,
  parentOutputId,
  fallback: { filePath: `/out${pathname}.html`, initialRevalidate: false as const, ...fallback },
});

function build(changes: Partial<BuildOutputs['outputs']> = {}): BuildOutputs {
  const none: BuildOutputs['routing'] = {
    beforeMiddleware: [],
    beforeFiles: [],
    afterFiles: [],
    dynamicRoutes: [],
    onMatch: [],
    fallback: [],
  };
  return {
    buildId: 'B',
    nextVersion: '16.4.5',
    projectDir: `${ROOT}/web`,
    repoRoot: ROOT,
    outputs: { pages: [], pagesApi: [], appPages: [], appRoutes: [], prerenders: [], staticFiles: [], ...changes },
    routing: none,
  };
}

const pageOf = (pages: AdapterPage[], path: string) => pages.find((page) => page.path === path)?.page;

test('S3 answers for pages that are whole and no redirect, and for their flight data', () => {
  const flight = { initialRevalidate: 60, initialExpiration: 300 };
  const pages = adapterPages(
    build({
      appPages: ['/docs/about', '/docs', '/docs/news', '/docs/moved', '/docs/partial', '/docs/[slug]'].map((path) =>
        output(path, 'app/page.js'),
      ),
      prerenders: [
        rendered('/docs/about', '/docs/about', {
          initialHeaders: {
            'content-type': 'text/html; charset=utf-8',
            'x-nextjs-prerender': '1',
            'x-next-cache-tags': 't',
          },
        }),
        rendered('/docs/about.rsc', '/docs/about', {}),
        rendered('/docs', '/docs', {}),
        rendered('/docs/news', '/docs/news', flight),
        rendered('/docs/news.segments/_tree.segment.rsc', '/docs/news', flight),
        rendered('/docs/moved', '/docs/moved', { initialStatus: 308 }),
        rendered('/docs/partial', '/docs/partial', { postponedState: '[]' }),
        { pathname: '/docs/[slug]', parentOutputId: '/docs/[slug]' },
      ],
    }),
    '/docs',
  );
  expect(pages.map(({ path }) => path)).toEqual(['/about', '/', '/news', '/moved', '/partial']);
  expect(pageOf(pages, '/about')).toEqual({
    html: 'about.html',
    rsc: 'about.rsc',
    entry: 'about.entry',
    revalidate: false,
    status: 200,
  });
  expect(pages[0]?.main).toEqual({
    filePath: '/out/docs/about.html',
    name: 'about.html',
    contentType: 'text/html; charset=utf-8',
    headers: { 'x-nextjs-prerender': '1' },
  });
  const news = {
    html: 'news.html',
    segments: ['/_tree'],
    entry: 'news.entry',
    revalidate: 60,
    expire: 300,
    status: 200,
  };
  expect(pageOf(pages, '/news')).toEqual(news);
  expect(pageOf(pages, '/moved')).toEqual({ entry: 'moved.entry', revalidate: false, status: 308 });
  expect(pageOf(pages, '/partial')).toEqual({ entry: 'partial.entry', revalidate: false, status: 200 });
});

test('the data of a page of the pages router is stored beside it', () => {
  const prerenders = [
    rendered('/list', '/list', {}),
    rendered('/_next/data/B/list.json', '/list', { filePath: '/out/list.json' }),
  ];
  const list = build({ prerenders, pages: [output('/list', 'pages/list.js')] });
  const pages = adapterPages(list, '');
  expect(pages.map(({ main, data }) => [main.name, data?.name])).toEqual([['list.html', 'list.json']]);
  expect(pageOf(pages, '/list')).toMatchObject({ data: 'list.json', dataPath: '/_next/data/B/list.json' });
  const strategy = strategyOf(list, {}, '', '.next');
  expect(strategy.outputs['/_next/data/B/list.json']).toEqual({
    file: 'web/.next/server/pages/list.js',
    kind: 'page',
    isPrerendered: false,
  });
});

test('files without a server: metadata routes, static pages and error pages', () => {
  const file = (pathname: string, filePath: string) => ({ pathname, filePath });
  const files = storedFiles(
    build({
      staticFiles: [
        file('/_next/static/chunks/a.js', '/a.js'),
        file('/about.rsc', '/rsc-fallback.json'),
        file('/sitemap.xml', '/sitemap.xml.body'),
        file('/500', '/500.html'),
      ],
    }),
    '',
  );
  expect(files).toEqual({
    '/sitemap.xml': {
      filePath: '/sitemap.xml.body',
      name: 'sitemap.xml.body',
      headers: {},
      page: { html: 'sitemap.xml.body', revalidate: false, status: 200 },
    },
    '/500': {
      filePath: '/500.html',
      name: '500.html',
      headers: {},
      contentType: 'text/html; charset=utf-8',
      page: { html: '500.html', revalidate: false, status: 500 },
    },
  });
});

test('the strategy finds modules from the repository’s root, in a monorepo too', () => {
  const strategy = strategyOf(
    build({
      appPages: [output('/objects/[slug]', 'app/page.js'), output('/objects/[slug].rsc', 'app/page.js')],
      appRoutes: [output('/api', 'app/api.js')],
      middleware: output('/_middleware', 'middleware.js'),
    }),
    {},
    '',
    '.next',
  );
  expect(strategy).toEqual({
    kind: 'adapter',
    rootDir: 'app',
    distDir: '.next',
    appDir: 'app/web',
    setup: 'node_modules/next/setup-node-env.js',
    middleware: 'web/.next/server/middleware.js',
    files: {},
    outputs: {
      '/objects/[slug]': { file: 'web/.next/server/app/page.js', kind: 'page', isPrerendered: false },
      '/api': { file: 'web/.next/server/app/api.js', kind: 'handler', isPrerendered: false },
    },
  });
});

test('what the edge runtime runs, by the names that the build has for it', () => {
  const onEdge = { ...output('/horn', 'edge/horn.js'), runtime: 'edge' as const, sourcePage: '/horn/route' };
  const apart = build({ appRoutes: [onEdge], appPages: [output('/', 'app/page.js')] });
  const edge = { pages: { '/horn/route': 'app/horn/route' }, middleware: 'middleware' };
  const { outputs, edgeMiddleware } = strategyOf(apart, {}, '', '.next', edge);
  expect([outputs['/horn']?.edge, outputs['/']?.edge, edgeMiddleware]).toEqual([
    'app/horn/route',
    undefined,
    'middleware',
  ]);
});

test('the addresses of a page that nobody may add to are outputs of their own', () => {
  const one = (pathname: string) => rendered(pathname, pathname.replace(/[a-z]+$/, '[slug]'), {});
  const closed = build({
    appPages: [output('/twins/[slug]', 'app/twins.js'), output('/pubs/[slug]', 'app/pubs.js')],
    prerenders: [one('/twins/left'), one('/pubs/fox'), rendered('/twins/left.rsc', '/twins/[slug]', {})],
  });
  const preview = [{ type: 'cookie' as const, key: '__prerender_bypass', value: 'x' }];
  closed.routing.dynamicRoutes = [
    { sourceRegex: '^/twins/([^/]+?)$', destination: '/twins/[slug]$2?nxtPslug=$1', has: preview },
    { sourceRegex: '^/pubs/([^/]+?)$', destination: '/pubs/[slug]$2?nxtPslug=$1' },
  ];
  const { outputs } = strategyOf(closed, {}, '', '.next');
  expect(Object.keys(outputs)).toEqual(['/twins/left', '/twins/[slug]', '/pubs/[slug]']);
  expect(outputs['/twins/left']).toMatchObject({ page: '/twins/[slug]', isPrerendered: true });
});

test('the routing table: no names for flight data, headers in lower case', () => {
  const { routing, ...rest } = build();
  const table = routingOfAdapter({
    ...rest,
    routing: {
      ...routing,
      beforeMiddleware: [{ sourceRegex: '^/a$', headers: { Location: '/b' }, status: 308 }],
      dynamicRoutes: [
        {
          sourceRegex: '^[/]?/objects/(?<nxtPslug>[^/]+?)(\\.rsc|\\.segments/.+\\.segment\\.rsc|)(?:/)?$',
          destination: '/objects/[slug]$2?nxtPslug=$nxtPslug',
        },
      ],
      middlewareMatchers: [{ sourceRegex: '^/never$' }],
    },
  });
  expect(table.beforeMiddleware[0]?.headers).toEqual({ location: '/b' });
  expect(table.dynamicRoutes).toEqual([
    {
      sourceRegex: '^[/]?/objects/(?<nxtPslug>[^/]+?)(?:/)?$',
      destination: '/objects/[slug]?nxtPslug=$nxtPslug',
    },
  ]);
  expect(table.middlewareMatchers).toBeUndefined();
});

test.each([
  ['/en/', []],
  ['/de/', []],
  ['/en/seeds/', ['/seeds', undefined]],
  ['/de/seeds/', ['/seeds', 'saat.example'], ['/de/seeds', undefined]],
  ['/de/seeds', []],
])('with locales, the rule for a slash at the end, at %s', (path, ...expected) => {
  const { routing, ...rest } = build();
  const slash = { sourceRegex: '^(?:/((?:[^/]+?)(?:/(?:[^/]+?))*))/$', headers: { Location: '/$1' }, priority: true };
  const domains = [{ domain: 'saat.example', defaultLocale: 'de' }];
  const i18n = { locales: ['en', 'de'], defaultLocale: 'en', domains };
  const table = routingOfAdapter({ ...rest, routing: { ...routing, beforeMiddleware: [slash] } }, { i18n });
  const met = table.beforeMiddleware.flatMap(({ sourceRegex, headers, has }) => {
    const found = new RegExp(sourceRegex).exec(path);
    return found ? [[headers?.location?.replace('$1', found[1] ?? ''), has?.[0]?.value]] : [];
  });
  expect(met).toEqual(expected.filter((one) => one.length > 0));
});

test('the rule for a slash at the end is not for data', () => {
  const { routing, ...rest } = build();
  const slash = { sourceRegex: '^(?:/([^/]+))$', headers: { Location: '/$1/' }, status: 308, priority: true };
  const own = { sourceRegex: '^/a$', headers: { Location: '/b' }, status: 307 };
  const table = routingOfAdapter({ ...rest, routing: { ...routing, beforeMiddleware: [slash, own] } });
  expect(table.beforeMiddleware.map(({ missing }) => missing)).toEqual([
    [{ type: 'header', key: 'x-nextjs-data' }],
    undefined,
  ]);
});

test('Next 16.2 and 16.3: flight data has routes of its own, and only the middleware’s own account says what it listens to', () => {
  const plain = { sourceRegex: '^[/]?/objects/(?<nxtPslug>[^/]+?)(?:/)?$', destination: '/objects/[slug]' };
  const flight = '^[/]?/objects/(?<nxtPslug>[^/]+?)(?<rscSuffix>\\.rsc|\\.segments/.+\\.segment\\.rsc)(?:/)?$';
  const matchers = [{ sourceRegex: '^/dome$' }];
  const { routing, ...rest } = build({
    middleware: { ...output('/_middleware', 'middleware.js'), config: { matchers } },
  });
  const table = routingOfAdapter({
    ...rest,
    routing: { ...routing, dynamicRoutes: [{ sourceRegex: flight, destination: '/objects/[slug]$rscSuffix' }, plain] },
  });
  expect(table).toMatchObject({ dynamicRoutes: [plain], middlewareMatchers: matchers, shouldNormalizeNextData: true });
});

test('Next 16.0 and 16.1 tell what there is, but not in which order', () => {
  const { routing: _, ...rest } = build();
  const routes = {
    headers: [{ sourceRegex: '^/a$', headers: { 'x-a': '1' } }],
    redirects: [{ sourceRegex: '^/old$', destination: '/new', statusCode: 308 }],
    rewrites: { beforeFiles: [{ sourceRegex: '^/b$' }], afterFiles: [{ sourceRegex: '^/c$' }], fallback: [] },
    dynamicRoutes: [{ sourceRegex: '^/d$' }],
  };
  expect(toldRouting({ ...rest, routes })).toEqual({
    beforeMiddleware: [...routes.headers, { sourceRegex: '^/old$', headers: { location: '/new' }, status: 308 }],
    ...routes.rewrites,
    dynamicRoutes: routes.dynamicRoutes,
    onMatch: [],
  });
  expect(toldRouting(rest)).toBeUndefined();
});

test('what readies Node.js is Next’s own, or ours in the app’s folder', () => {
  const page = output('/a', 'app/a/page.js');
  expect(strategyOf(build({ appPages: [page] }), {}, '', '.next').setup).toBe('node_modules/next/setup-node-env.js');
  const without = build({ appPages: [{ ...page, assets: {} }] });
  expect(strategyOf(without, {}, '', '.next').setup).toBe('web/towpath-setup.cjs');
});

test('data of a page on the edge runtime, which Next 16.0 and 16.1 list as a route alone', () => {
  const meteor = {
    ...output('/docs/meteor', 'edge/chunks/meteor.js'),
    runtime: 'edge' as const,
    sourcePage: '/meteor',
  };
  const { routing, ...rest } = build({ pages: [meteor, output('/docs/inn', 'pages/inn.js')] });
  const dynamicRoutes = ['meteor', 'inn'].map((page) => ({
    sourceRegex: `^/docs/_next/data/B[/]?/${page}\\.json$`,
    destination: `/docs/_next/data/B/${page}.json`,
  }));
  const { outputs } = strategyOf({ ...rest, routing: { ...routing, dynamicRoutes } }, {}, '/docs', '.next', {
    pages: { '/meteor': 'pages/meteor' },
  });
  expect(Object.keys(outputs)).toEqual(['/docs/_next/data/B/meteor.json', '/docs/meteor', '/docs/inn']);
  expect(outputs['/docs/_next/data/B/meteor.json']).toMatchObject({ edge: 'pages/meteor', kind: 'page' });
});

test('pages of the pages router have the addresses that they answer; those of the app router have them already', () => {
  const named = (basePath: string) =>
    build({
      pages: [
        output(`${basePath}/index`, 'pages/index.js'),
        output(`${basePath}/index/index/about`, 'pages/index/index/about.js'),
        output(`${basePath}/index/[slug]`, 'pages/index/[slug].js'),
        output('/_next/data/B/index.json', 'pages/index.js'),
        { ...output(`${basePath}/index/fast`, 'pages/index/fast.js'), runtime: 'edge' as const },
      ],
      appPages: [output(`${basePath}/index`, 'app/index/page.js')],
      staticFiles: [
        { pathname: `${basePath}/index`, filePath: `${ROOT}/web/.next/server/pages/index.html` },
        { pathname: `${basePath}/index`, filePath: `${ROOT}/web/.next/server/app/index/page.html` },
      ],
    });
  const paths = (basePath: string) => {
    const { pages, appPages, staticFiles } = withAddresses(named(basePath), basePath).outputs;
    return [...pages, ...appPages, ...staticFiles].map(({ pathname }) => pathname);
  };
  const data = '/_next/data/B/index.json';
  expect(paths('')).toEqual(['/', '/index/about', '/index/[slug]', data, '/index/fast', '/index', '/', '/index']);
  const below = ['/shop', '/shop/index/about', '/shop/index/[slug]', data, '/shop/index/fast', '/shop/index'];
  expect(paths('/shop')).toEqual([...below, '/shop', '/shop/index']);
});
