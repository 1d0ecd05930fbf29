/**
 * Rewrites and redirects of a static site, kept with the app: the examples of Amplify's guide, asked of the deployed site by its CDN.
 * https://docs.aws.amazon.com/amplify/latest/userguide/redirect-rewrite-examples.html
 * Those of a server-rendered site: settings.test.ts. Of a site's apex: domains.test.ts.
 */
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DeploymentReport } from '../../cli/follow.ts';
import { beginJourney, deployFolder, type Journey, makeRepository } from '../support/journey.ts';
import { type Ran, runCli } from '../support/run-cli.ts';
import { tinyApp } from '../support/tiny-app.ts';

const TIMEOUT = 300_000;

const PAGES = [
  '404.html',
  'destination.html',
  'documents/index.html',
  'documents/a.html',
  'old.css',
  'static/boats.csv',
];
const WRITE_PAGES = `
import { mkdirSync, writeFileSync } from 'node:fs';
for (const folder of ['documents', 'static']) mkdirSync('out/' + folder, { recursive: true });
for (const page of ${JSON.stringify(PAGES)}) writeFileSync('out/' + page, page);
`;

type Rule = [source: string, target: string, status: string, condition?: string];
const rulesOf = (rules: Rule[]) =>
  JSON.stringify(rules.map(([source, target, status, condition = null]) => ({ source, target, status, condition })));

/** `other` is another site. */
const EXAMPLES = (other: string): Rule[] => [
  ['/original.html', '/destination.html', '301'],
  // The order decides: the more special before the more general.
  ['/docs/specific-filename.html', '/documents/different-filename.html', '301'],
  ['/docs?id=<my-blog-id-value>', '/documents/<my-blog-id-value>', '301'],
  ['/docs/<year>/<month>/<date>/<itemid>', '/articles/<year>/<month>/<date>/<itemid>', '301'],
  ['/docs/<*>', '/documents/<*>', '301'],
  ['/images/<*>', `${other}/at/<*>`, '200'],
  ['/articles', '/articles/', '301'],
  ['/documents', '/documents/de/', '302', '<DE>'],
  ['/documents', '/documents/us/', '302', '<US>'],
  ['/app/<*>', '/index.html', '200'],
  ['/documents/<folder>/<child-folder>/<grand-child-folder>', '/documents/index.html', '404'],
  ['https://mydomain.com', 'https://www.mydomain.com/documents/', '302'],
  ['https://blog.mydomain.com', `${other}/blog`, '200'],
  ['/shop/<*>', '/index.html', '404-200'],
];

/** An app of a single page, and a page for what is not there. */
const SINGLE_PAGE: Rule[] = [
  ['</^[^.]+$|\\.(?!(css|gif|ico|jpg|js|png|txt|svg|woff|woff2|ttf|map|json|webp)$)([^.]+$)/>', '/index.html', '200'],
  ['/<*>', '/404.html', '404'],
];

let journey: Journey;
let other: Server;
let url: string;

const towpath = (args: string[], input = ''): Promise<Ran> =>
  runCli([...args, '--data', join(journey.folder, 'data')], input);

async function ok(args: string[], input = ''): Promise<string> {
  const { code, out, err } = await towpath(args, input);
  expect([args.join(' '), code, code === 0 ? '' : err]).toEqual([args.join(' '), 0, '']);
  return out;
}

async function redeploy(): Promise<string[]> {
  const { steps } = JSON.parse(await ok(['redeploy', 'fixed-main', '--json'])) as DeploymentReport;
  return steps.map(({ name }) => name);
}

/** Status, and where a redirect leads or what is shown. The second time it may come from the CDN's cache. */
async function ask(path: string) {
  const answers: unknown[] = [];
  for (let round = 0; round < 2; round++) {
    const answer = await fetch(`${url}${path}`, { redirect: 'manual', headers: { cookie: 'c=d' } });
    const text = await answer.text();
    answers.push([answer.status, answer.headers.get('location') ?? /<h1>(.*)<\/h1>/.exec(text)?.[1] ?? text]);
  }
  expect([path, answers[1]]).toEqual([path, answers[0]]);
  return answers[0];
}

/** By a name of the visitor's. */
const askAs = (host: string, path: string) =>
  new Promise<{ status?: number; location?: string; text: string }>((resolve, reject) =>
    request(`${url}${path}`, { headers: { host } }, async (answer) => {
      const { statusCode: status, headers } = answer;
      resolve({ status, location: headers.location, text: await text(answer) });
    })
      .on('error', reject)
      .end(),
  );

beforeAll(async () => {
  other = createServer((asked, response) => response.end(`other ${asked.url} ${asked.headers.cookie}`));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  journey = await beginJourney();
  const folder = await makeRepository(join(journey.folder, 'fixed'), {
    ...tinyApp('fixed'),
    'build-of-a-tiny-app.mjs': WRITE_PAGES,
  });
  const { api, token, git } = journey.workspace.running;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const repository = { host: 'git', name: 'fixed', url: `${git}/fixed.git` };
  await fetch(`${api}/v1/apps/fixed`, { method: 'PUT', headers, body: JSON.stringify({ repository }) });
  const { port } = other.address() as AddressInfo;
  const examples = rulesOf(EXAMPLES(`http://127.0.0.1:${port}`));
  await ok(['settings', 'fixed', '--rewrites', '-', '--security-headers', 'on'], examples);
  const deployed = await deployFolder(journey, folder, { app: 'fixed' });
  expect(deployed.status === 'succeeded' ? [] : deployed.shown).toEqual([]);
  url = deployed.url ?? '';
}, TIMEOUT);
afterAll(async () => {
  await new Promise((resolve) => (other ? other.close(resolve) : resolve(undefined)));
  await journey?.end();
});

describe('the examples of Amplify’s guide', () => {
  test.each([
    ['/', 200, 'fixed'],
    ['/original.html', 301, '/destination.html'],
    ['/destination.html', 200, 'destination.html'],
    ['/docs/specific-filename.html', 301, '/documents/different-filename.html'],
    ['/docs/other.html', 301, '/documents/other.html'],
    ['/docs/a/b?c=d', 301, '/documents/a/b?c=d'],
    ['/docs?id=7', 301, '/documents/7'],
    ['/docs/2026/11/25/one', 301, '/articles/2026/11/25/one'],
    ['/images/a.png?w=1', 200, 'other /at/a.png?w=1 c=d'],
    ['/articles', 301, '/articles/'],
    // The local CDN's visitors come from the United States.
    ['/documents', 302, '/documents/us/'],
    ['/documents/a.html', 200, 'documents/a.html'],
    ['/documents/a', 200, 'documents/a.html'],
    ['/app/anything/at/all', 200, 'fixed'],
    ['/documents/x/y/z', 404, 'documents/index.html'],
    ['/shop/boots/7', 200, 'fixed'],
    ['/nothing', 404, '404.html'],
    // Amplify reserves this folder.
    ['/static/boats.csv', 200, 'static/boats.csv'],
  ])('%s', async (path, status, shown) => expect(await ask(path)).toEqual([status, shown]));

  test('another domain', async () => {
    const moved = 'https://www.mydomain.com/documents/a?b=1';
    expect(await askAs('mydomain.com', '/a?b=1')).toMatchObject({ status: 302, location: moved });
    expect(await askAs('elsewhere.com', '/destination.html')).toMatchObject({ status: 200, text: 'destination.html' });
  });

  test('another domain is a proxy for another site; the CDN keeps its answers apart from those of the site’s own name', async () => {
    for (const round of [1, 2]) {
      const proxied = { status: 200, text: 'other /blog/destination.html?b=1 undefined' };
      expect([round, await askAs('blog.mydomain.com', '/destination.html?b=1')]).toMatchObject([round, proxied]);
      expect([round, await ask('/destination.html?b=1')]).toEqual([round, [200, 'destination.html']]);
    }
  });
});

test('security headers', async () => {
  expect((await fetch(`${url}/`)).headers.get('x-content-type-options')).toBe('nosniff');
  expect((await fetch(`${url}/old.css`)).headers.get('x-content-type-options')).toBe('nosniff');
});

test(
  'other rules without a build: a single page app',
  async () => {
    await ok(['settings', 'fixed', '--rewrites', '-'], rulesOf(SINGLE_PAGE));
    expect(await redeploy()).not.toContain('Build');
    expect(await ask('/profile/me')).toEqual([200, 'fixed']);
    expect(await ask('/a.page')).toEqual([200, 'fixed']);
    expect(await ask('/old.css')).toEqual([200, 'old.css']);
    expect(await ask('/gone.js')).toEqual([404, '404.html']);
    // The regular expression does not count .html as a file.
    expect(await ask('/original.html')).toEqual([200, 'fixed']);
  },
  TIMEOUT,
);

test(
  'none again',
  async () => {
    await ok(['settings', 'fixed', '--rewrites', 'none', '--security-headers', 'off']);
    expect(await redeploy()).not.toContain('Build');
    const plain = await fetch(`${url}/`);
    expect(await plain.text()).toContain('<h1>fixed</h1>');
    expect(plain.headers.get('x-content-type-options')).toBeNull();
    expect((await ask('/profile/me')) as unknown[]).toContain(404);
  },
  TIMEOUT,
);

test('rules in a circle are refused, with the line', async () => {
  const circle = rulesOf([['/a', '/a', '301']]);
  const refused = await towpath(['settings', 'fixed', '--rewrites', '-'], circle);
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('rule 1 in line 1')]);
});
