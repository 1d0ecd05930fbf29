/** Rewrites, redirects and headers around a static site's files, as CloudFront would ask. */
import { expect, test } from '@jest/globals';
import type { CloudFrontRequest, CloudFrontResultResponse } from 'aws-lambda';
import type { RewriteRule } from '../../../domain/rewrites.ts';
import type { EdgeEvent } from '../../../edge/default/handler.ts';
import { withRules } from '../../../edge/rules/with-rules.ts';
import { createStaticSite } from '../../../edge/static/handler.ts';

const SITE = {
  release: 'R1',
  basePath: '',
  publicPaths: ['/index.html', '/about.html', '/docs/index.html', '/404.html', '/a b.txt'],
};

function siteWith(
  rewrites: RewriteRule[],
  headers: { pattern: string; headers: { name: string; value: string }[] }[] = [],
) {
  const site = createStaticSite(SITE);
  return withRules(site.handler, { release: 'R1', rendering: 'static', rules: { rewrites, headers } }, site.notFound);
}

const fields = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, [{ key, value }]]));
const requestOf = (uri: string, headers: Record<string, string> = {}, querystring = ''): CloudFrontRequest => ({
  clientIp: '192.0.2.1',
  method: 'GET',
  uri,
  querystring,
  headers: fields({ host: 'bucket', 'x-forwarded-host': 'site.example', ...headers }),
  origin: {
    s3: { domainName: 'bucket', path: '', region: 'r', authMethod: 'origin-access-identity', customHeaders: {} },
  },
});
const ask = async (handler: ReturnType<typeof siteWith>, request: CloudFrontRequest) =>
  (await handler({ Records: [{ cf: { request } }] } as EdgeEvent)) as CloudFrontRequest & CloudFrontResultResponse;
/** What the visitor gets when S3 has the file. */
const answered = async (handler: ReturnType<typeof siteWith>, request: CloudFrontRequest) => {
  const response = { status: '200', statusDescription: 'OK', headers: fields({ 'content-type': 'text/html' }) };
  return (await handler({
    Records: [{ cf: { request, response } }],
  } as unknown as EdgeEvent)) as CloudFrontResultResponse;
};

test('clean URLs lead to files of the release, what is not there to its 404 page', async () => {
  const handler = siteWith([]);
  for (const [path, file] of [
    ['/', '/index.html'],
    ['/about', '/about.html'],
    ['/docs', '/docs/index.html'],
    ['/docs/', '/docs/index.html'],
    ['/a%20b.txt', '/a%20b.txt'],
  ])
    expect((await ask(handler, requestOf(path as string))).uri).toBe(`/releases/R1/public${file}`);

  const missing = await ask(handler, requestOf('/nothing'));
  expect(missing.uri).toBe('/releases/R1/public/404.html');
  expect((await answered(handler, missing)).status).toBe('404');
});

test('a redirect is answered by the function, with the release', async () => {
  const answer = await ask(
    siteWith([{ source: '/old/<*>', target: '/new/<*>', status: '301' }]),
    requestOf('/old/a', {}, 'x=1'),
  );
  expect(answer.status).toBe('301');
  expect(answer.headers?.location?.[0]?.value).toBe('/new/a?x=1');
  expect(answer.headers?.['x-towpath-release']?.[0]?.value).toBe('R1');
});

test('404-200 and 404 are for what is not there, with their statuses', async () => {
  const spa = siteWith([{ source: '/<*>', target: '/index.html', status: '404-200' }]);
  expect((await ask(spa, requestOf('/about'))).uri).toBe('/releases/R1/public/about.html');
  const rewritten = await ask(spa, requestOf('/deep/link'));
  expect(rewritten.uri).toBe('/releases/R1/public/index.html');
  expect((await answered(spa, rewritten)).status).toBe('200');

  const gone = siteWith([{ source: '/docs/<*>', target: '/docs/', status: '404' }]);
  expect((await answered(gone, await ask(gone, requestOf('/docs/x')))).status).toBe('404');
  const nowhere = siteWith([{ source: '/<*>', target: '/not/there', status: '404-200' }]);
  expect((await ask(nowhere, requestOf('/x'))).uri).toBe('/releases/R1/public/404.html');
});

test.each(['307', '500', '304'])('a rule’s status replaces 200, not %s', async (status) => {
  const rules = { rewrites: [{ source: '/<*>', target: '/app', status: '404-200' as const }], headers: [] };
  const render = async (event: EdgeEvent) => {
    const isTarget = event.Records[0]?.cf.request.uri === '/app';
    return { status: isTarget ? status : '404', headers: {} };
  };
  const answer = await withRules(render, { rules, release: 'R1', rendering: 'ssr' })({
    Records: [{ cf: { request: requestOf('/deep/link') } }],
  } as unknown as EdgeEvent);
  expect(answer).toMatchObject({ status });
});

test.each([
  ['ssr', 'public, max-age=0, s-maxage=1'],
  ['static', 'public, max-age=0, s-maxage=31536000'],
] as const)('of a %s site, what answers under another address is kept: %s', async (rendering, cacheControl) => {
  const stored = { status: '200', headers: fields({ 'cache-control': 'public, max-age=0, s-maxage=31536000' }) };
  const rules = { rewrites: [{ source: '/shop/<*>', target: '/store/<*>', status: '200' as const }], headers: [] };
  const site = withRules(
    async (event) => {
      const cf = event.Records[0]?.cf;
      return cf && 'response' in cf ? stored : (cf?.request as CloudFrontRequest);
    },
    { rules, release: 'R1', rendering },
  );
  const kept = async (uri: string) =>
    (await answered(site, await ask(site, requestOf(uri)))).headers?.['cache-control']?.[0]?.value;
  expect(await kept('/shop/a')).toBe(cacheControl);
  expect(await kept('/store/a')).toBe('public, max-age=0, s-maxage=31536000');
  const generated = withRules(async () => stored, { rules, release: 'R1', rendering });
  expect((await ask(generated, requestOf('/shop/a'))).headers?.['cache-control']?.[0]?.value).toBe(cacheControl);
});

test('a proxied request goes to the other site, without what is ours', async () => {
  const handler = siteWith([{ source: '/api/<*>', target: 'https://api.example/v1/<*>', status: '200' }]);
  const sent = await ask(handler, requestOf('/api/a', { 'x-towpath-key': 'k', cookie: 'a=b' }, 'x=1'));
  expect(sent).toMatchObject({
    uri: '/v1/a',
    querystring: 'x=1',
    origin: { custom: { domainName: 'api.example', port: 443, protocol: 'https' } },
  });
  expect(sent.headers?.host?.[0]?.value).toBe('api.example');
  expect(Object.keys(sent.headers ?? {}).sort()).toEqual(['cookie', 'host', 'x-towpath-visited']);
});

test('headers come by the path as visited, also to redirects and what another site answers', async () => {
  const headers = [
    { pattern: '/about', headers: [{ name: 'X-Page', value: 'about' }] },
    { pattern: '*.js', headers: [{ name: 'x-script', value: 'yes' }] },
    { pattern: '/old', headers: [{ name: 'x-old', value: 'yes' }] },
  ];
  const handler = siteWith([{ source: '/old', target: '/new', status: '302' }], headers);
  const about = await answered(handler, await ask(handler, requestOf('/about')));
  expect(about.headers?.['x-page']?.[0]?.value).toBe('about');
  expect(about.headers?.['x-script']).toBeUndefined();
  const chunk = await answered(handler, requestOf('/_next/static/a.js'));
  expect(chunk.headers?.['x-script']?.[0]?.value).toBe('yes');
  expect((await ask(handler, requestOf('/old'))).headers?.['x-old']?.[0]?.value).toBe('yes');
});

test('countries', async () => {
  const handler = siteWith([{ source: '/', target: '/us', status: '302', country: 'US' }]);
  expect((await ask(handler, requestOf('/', { 'cloudfront-viewer-country': 'US' }))).status).toBe('302');
  expect((await ask(handler, requestOf('/', { 'cloudfront-viewer-country': 'DE' }))).uri).toContain('/index.html');
});
