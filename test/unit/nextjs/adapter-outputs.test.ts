import { expect, test } from '@jest/globals';
import type { BuildOutputs } from '../../../nextjs/adapter/outputs.ts';
import { routingOfAdapter, storedFiles, storedPages, strategyOf } from '../../../nextjs/collect/adapter-outputs.ts';

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

test('S3 answers for pages that are rendered once, are whole, and are no redirect', () => {
  const pages = storedPages(
    build({
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
        rendered('/docs/news', '/docs/news', { initialRevalidate: 60 }),
        rendered('/docs/moved', '/docs/moved', { initialStatus: 308 }),
        rendered('/docs/partial', '/docs/partial', { postponedState: '[]' }),
        rendered('/docs/[slug]', '/docs/[slug]', {}),
      ],
    }),
    '/docs',
  );
  expect(Object.keys(pages)).toEqual(['/about', '/']);
  expect(pages['/about']).toEqual([
    {
      filePath: '/out/docs/about.html',
      name: 'about.html',
      contentType: 'text/html; charset=utf-8',
      page: { html: 'about.html', revalidate: false, status: 200, headers: { 'x-nextjs-prerender': '1' } },
    },
  ]);
});

test('the data of a page of the pages router is stored beside it', () => {
  const prerenders = [
    rendered('/list', '/list', {}),
    rendered('/_next/data/B/list.json', '/list', { filePath: '/out/list.json' }),
  ];
  const pages = storedPages(build({ prerenders }), '');
  expect(pages['/list']?.map(({ name }) => name)).toEqual(['list.html', 'list.json']);
  expect(pages['/list']?.[0]?.page).toMatchObject({ data: 'list.json', dataPath: '/_next/data/B/list.json' });
  const strategy = strategyOf(build({ prerenders, pages: [output('/list', 'pages/list.js')] }), {}, '');
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
      page: { html: 'sitemap.xml.body', revalidate: false, status: 200 },
    },
    '/500': {
      filePath: '/500.html',
      name: '500.html',
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
  );
  expect(strategy).toEqual({
    kind: 'adapter',
    rootDir: 'app',
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
