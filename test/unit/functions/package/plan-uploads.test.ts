import { expect, test } from '@jest/globals';
import { planUploads } from '../../../../functions/package/plan-uploads.ts';
import { manifestOf } from '../../../support/pipeline-state.ts';

test('each kind of file has its place in the bucket, its life time and its description', () => {
  const manifest = manifestOf(
    {
      'static/_next/static/chunks/a.js': 'h1',
      'public/robots.txt': 'h2',
      'prerendered/about.html': 'h3',
      'prerendered/news.json': 'h4',
      'prerendered/404.html': 'h5',
      'functions/default/server.js': 'h6',
    },
    {
      builtAt: 1763812345678,
      pages: {
        '/about': { html: 'about.html', revalidate: false, status: 200 },
        '/news': { data: 'news.json', revalidate: 60, status: 200 },
        '/404': { html: '404.html', revalidate: false, status: 404 },
      },
    },
  );
  const untilInvalidated = 'public, max-age=0, s-maxage=31536000, must-revalidate';
  const of = (key: string, cacheControl: string, metadata: object, shared = false) =>
    expect.objectContaining({ key, shared, about: { contentType: 'text/plain', cacheControl, metadata } });

  expect(planUploads(manifest, 'R')).toEqual([
    of('static/_next/static/chunks/a.js', 'public, max-age=31536000, immutable', { sha256: 'h1' }, true),
    of('releases/R/public/robots.txt', untilInvalidated, { sha256: 'h2', 'towpath-release': 'R' }),
    of('releases/R/isr/about.html', untilInvalidated, {
      sha256: 'h3',
      'towpath-release': 'R',
      'towpath-status': '200',
      'towpath-revalidate': 'false',
      'towpath-generated-at': '1763812345678',
    }),
    of('releases/R/isr/news.json', 'public, max-age=0, s-maxage=60, must-revalidate', {
      sha256: 'h4',
      'towpath-release': 'R',
      'towpath-status': '200',
      'towpath-revalidate': '60',
      'towpath-generated-at': '1763812345678',
    }),
    of('releases/R/isr/404.html', untilInvalidated, {
      sha256: 'h5',
      'towpath-release': 'R',
      'towpath-status': '404',
      'towpath-revalidate': 'false',
      'towpath-generated-at': '1763812345678',
    }),
  ]);
});
