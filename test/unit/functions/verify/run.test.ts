import { expect, test } from '@jest/globals';
import { type SiteAccess, verifierCredentials } from '../../../../domain/access.ts';
import type { Site } from '../../../../domain/site.ts';
import { type Ports, run } from '../../../../functions/verify/run.ts';
import { manifestOf, pipelineState } from '../../../support/pipeline-state.ts';

const { release } = pipelineState().package;

type Told = { status: number; release?: string };

function world(answers: (path: string, count: number) => Told | Error, live = release, access?: SiteAccess) {
  const urls: string[] = [];
  const sent: (string | null)[] = [];
  const ports: Ports = {
    fetch: async (url, init) => {
      urls.push(String(url));
      sent.push(new Headers(init?.headers).get('authorization'));
      const { pathname } = new URL(String(url));
      const answer = answers(pathname, urls.length);
      if (!('status' in answer)) throw answer;
      const { status, release: told } = answer;
      return new Response('', { status, headers: told === undefined ? {} : { 'x-towpath-release': told } });
    },
    sites: { get: async () => ({ liveRelease: live }) as Site, setVerified: async () => true },
    access: { get: async () => access },
    secret: async () => 'secret',
    artifacts: {
      getText: async () =>
        JSON.stringify(manifestOf({}, { pages: { '/about': { html: 'a.html', revalidate: false, status: 200 } } })),
    },
    siteUrlPattern: 'http://{domain}',
    sleep: async () => undefined,
  };
  return { ports, urls, sent };
}

test('asks the site itself, past the cache', async () => {
  const { ports, urls } = world(() => ({ status: 200, release }));

  const { output } = await run(pipelineState(), ports);

  expect(output).toEqual({ url: 'http://d111.cloudfront.net', pages: 2 });
  expect(urls).toEqual([
    `http://d111.cloudfront.net/?towpath-verify=${release}-1`,
    `http://d111.cloudfront.net/about?towpath-verify=${release}-1`,
  ]);
});

test('a distribution that has another name by now is asked under that', async () => {
  const { ports, urls } = world(() => ({ status: 200, release }));
  const update = { changed: true, distributionDomain: 'd222.cloudfront.net' };
  expect((await run({ ...pipelineState(), update }, ports)).output.url).toBe('http://d222.cloudfront.net');
  expect(urls[0]).toMatch(/^http:\/\/d222\.cloudfront\.net\//);
});

test('an answer that is only late is waited for', async () => {
  const { ports } = world((_, count) => ({ status: 200, release: count <= 2 ? 'older' : release }));
  await expect(run(pipelineState(), ports)).resolves.toMatchObject({ output: { pages: 2 } });
});

test('a name that is not known yet is waited for; one that stays unknown is told, to be tried again', async () => {
  const unknown = new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ENOTFOUND' }) });
  const late = world((_, count) => (count <= 2 ? unknown : { status: 200, release }));
  await expect(run(pipelineState(), late.ports)).resolves.toMatchObject({ output: { pages: 2 } });

  const never = world(() => unknown);
  await expect(run(pipelineState(), never.ports)).rejects.toMatchObject({
    name: 'WRONG_RELEASE_ANSWERS',
    retryable: true,
    message: '/ cannot be asked for: ENOTFOUND; /about cannot be asked for: ENOTFOUND',
  });
});

test('a page that hangs is asked for once', async () => {
  const timeout = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  const { ports, urls } = world((path) => (path === '/about' ? timeout : { status: 200, release }));
  await expect(run(pipelineState(), ports)).rejects.toMatchObject({
    name: 'PAGES_BROKEN',
    message: '/about does not answer in time',
  });
  expect(urls).toHaveLength(2);
});

test('a page that fails is named', async () => {
  const { ports } = world((path) => ({ status: path === '/about' ? 500 : 200, release }));
  await expect(run(pipelineState(), ports)).rejects.toMatchObject({
    name: 'PAGES_BROKEN',
    message: '/about answers 500',
  });
});

test('another release that keeps answering fails', async () => {
  const { ports } = world(() => ({ status: 200, release: 'older' }));
  await expect(run(pipelineState(), ports)).rejects.toMatchObject({
    name: 'WRONG_RELEASE_ANSWERS',
    message: expect.stringContaining('release older'),
  });
});

test('a release that is not live any more is not asked for', async () => {
  const { ports, urls } = world(() => ({ status: 200, release }), 'newer');
  await expect(run(pipelineState(), ports)).rejects.toMatchObject({ name: 'ROLLED_BACK' });
  expect(urls).toEqual([]);
});

test('a protected site is asked with Verify’s own password, an open one with none', async () => {
  const open = world(() => ({ status: 200, release }));
  await run(pipelineState(), open.ports);
  expect(open.sent).toEqual([null, null]);

  const access = {
    site: 'shop-main',
    app: 'shop',
    user: 'u',
    key: 'k',
    digest: 'd',
    guard: 0,
    since: '2026-01-01T00:00:00.000Z',
  };
  const { ports, sent } = world(() => ({ status: 200, release }), release, access);
  await run(pipelineState(), ports);
  expect(new Set(sent)).toEqual(new Set([`Basic ${verifierCredentials('secret', 'shop-main')}`]));
});
