import type { Settings } from '../../../edge/shared/settings.ts';

/** A small site: overwrite what a test is about. */
export function settings(changes: Partial<Settings> = {}, edge: Partial<Settings['edge']> = {}): Settings {
  return {
    site: 'shop-main',
    release: 'R1',
    bucket: 'shop',
    bucketRegion: 'eu-west-1',
    environment: {},
    rendering: 'ssr',
    next: { version: '11.1.4', major: 11 },
    buildId: 'B',
    basePath: '',
    trailingSlash: false,
    pages: {
      '/': { html: 'index.html', revalidate: false, status: 200 },
      '/about': { html: 'about.html', revalidate: false, status: 200 },
      '/404': { html: '404.html', revalidate: false, status: 404 },
      '/500': { html: '500.html', revalidate: false, status: 500 },
      '/posts/a': {
        html: 'posts/a.html',
        data: 'posts/a.json',
        dataPath: '/_next/data/B/posts/a.json',
        revalidate: 60,
        status: 200,
      },
    },
    publicPaths: ['/robots.txt', '/images/a b.png'],
    edge: {
      strategy: { kind: 'server-class', appDir: 'app', serverModule: 'next/dist/server/next-server', configFile: 'c' },
      routing: {
        beforeMiddleware: [],
        beforeFiles: [],
        afterFiles: [],
        dynamicRoutes: [{ sourceRegex: '^/posts/([^/]+?)(?:/)?$', destination: '/posts/[slug]' }],
        onMatch: [],
        fallback: [],
      },
      images: {
        path: '/_next/image',
        loader: 'default',
        deviceSizes: [640, 1200],
        imageSizes: [64],
        domains: ['images.example'],
        formats: ['image/webp'],
        minimumCacheTTL: 60,
        dangerouslyAllowSVG: false,
        unoptimized: false,
      },
      ...edge,
    },
    ...changes,
  };
}

export const routing = (changes: Partial<Settings['edge']['routing']>): Settings['edge']['routing'] => ({
  ...settings().edge.routing,
  ...changes,
});
