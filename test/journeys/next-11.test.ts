/** The main job: examples/next-11 is pushed, becomes live, and answers as a visitor expects. */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect } from '../../cli/api.ts';
import { awaitDeployment, type DeploymentReport, follow } from '../../cli/follow.ts';
import { git } from '../../cli/repository.ts';
import { STEPS } from '../../domain/deployment.ts';
import { beginJourney, commitAll, type Journey, ROOT, writeFiles } from '../support/journey.ts';
import { strayProcesses } from '../support/processes.ts';

const BUILD_TIMEOUT = 600_000;
const folder = mkdtempSync(join(tmpdir(), 'towpath-journey-'));
let once: { code: number | null; report: DeploymentReport; shown: string };
let journey: Journey;
let site: string;

/** `npm start -- --once`, as its user runs it. */
function startOnce(): Promise<typeof once> {
  const child = spawn(
    process.execPath,
    [join(ROOT, 'scripts/run.mjs'), 'cli/start.ts', '--once', '--port', '0', '--data', join(folder, 'data')],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    shown += text;
  });
  return new Promise((resolve, reject) =>
    child.on('close', (code) => {
      const lastLine = output.trim().split('\n').at(-1) ?? '';
      try {
        resolve({ code, report: JSON.parse(lastLine), shown });
      } catch {
        reject(new Error(`npm start -- --once ended with ${code} and no JSON:\n${output}\n${shown}`));
      }
    }),
  );
}

const get = (path: string, init: RequestInit = {}) => fetch(`${site}${path}`, { redirect: 'manual', ...init });
const cdn = (response: Response) => response.headers.get('x-cache');

beforeAll(async () => {
  once = await startOnce();
  journey = await beginJourney(folder);
  const [first] = journey.workspace.cloud.siteUrls();
  site = first?.url ?? '';
}, BUILD_TIMEOUT);

afterAll(() => journey?.end());

describe('npm start -- --once', () => {
  test('ends well, with one JSON object as its last line', () => {
    expect({
      code: once.code,
      status: once.report.status,
      shown: once.report.status === 'succeeded' ? '' : once.shown,
    }).toEqual({
      code: 0,
      status: 'succeeded',
      shown: '',
    });
    expect(once.report.steps.map(({ name }) => name)).toEqual([...STEPS]);
    expect(once.report.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(once.report.totalMs).toBeGreaterThan(0);
  });

  test('leaves no process behind', () => {
    expect(strayProcesses(folder)).toEqual([]);
  });
});

describe('the site, served again after the local cloud was stopped and started', () => {
  test('a static page comes from S3 and then from the CDN', async () => {
    const first = await get('/about');
    expect(first.status).toBe(200);
    expect(first.headers.get('content-type')).toMatch(/^text\/html/);
    expect(first.headers.get('x-canal')).toBe('the-long-cut');
    expect(await first.text()).toContain('The Long Cut');
    const second = await get('/about');
    expect(await second.text()).toContain('The Long Cut');
  });

  test('SSG answers from the CDN the second time', async () => {
    expect(cdn(await get('/moorings'))).toBe('Miss from cloudfront');
    const again = await get('/moorings');
    expect(cdn(again)).toBe('Hit from cloudfront');
    expect(await again.text()).toContain('nights');
  });

  test('SSR renders each request, with query, cookie, .env and the app’s variable', async () => {
    const ask = (boat: string) =>
      get('/today?lock=7', { headers: { cookie: `boat=${boat}` } }).then((response) => response.text());
    const [patience, heron] = [await ask('Patience'), await ask('Heron')];
    expect(patience).toContain('Patience');
    expect(patience).not.toContain('Heron');
    expect(heron).toContain('Heron');
    expect(heron).toContain('lock');
    expect(heron).toContain('Mind the paddle gear');
    expect(/id="season">([^<]+)</.exec(heron)?.[1]).toBeTruthy();
  });

  test('what the functions write is in the site’s log', async () => {
    const running = ['--data', join(folder, 'data'), '--all', '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, [
      join(ROOT, 'cli/towpath.ts'),
      'logs',
      'next-11-main',
      ...running,
    ]);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toContainEqual(
      expect.objectContaining({ function: 'default', text: expect.stringMatching(/^START RequestId/) }),
    );
  });

  test('what was set for one visitor is never kept for another', async () => {
    const mine = await get('/boats/mine');
    expect(mine.headers.getSetCookie()).toHaveLength(2);
    expect(mine.headers.get('cache-control')).toMatch(/no-store/);
    expect(cdn(await get('/boats/mine'))).not.toBe('Hit from cloudfront');
  });

  test('s-maxage of a rendered page is respected', async () => {
    await (await get('/boats/famous')).text();
    expect(cdn(await get('/boats/famous'))).toBe('Hit from cloudfront');
  });

  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('an API route answers %s', async (method) => {
    const body =
      method === 'GET'
        ? {}
        : { body: JSON.stringify({ weigh: 'anchor' }), headers: { 'content-type': 'application/json', cookie: 'a=1' } };
    const answer = await (await get('/api/echo?x=1&y=2', { method, ...body })).json();
    expect(answer).toMatchObject({ method, query: { x: '1', y: '2' } });
    if (method !== 'GET') expect(answer).toMatchObject({ body: { weigh: 'anchor' }, cookies: { a: '1' } });
  });

  test('an API route answers binary', async () => {
    const flag = await get('/api/flag');
    expect(flag.headers.get('content-type')).toBe('image/gif');
    expect(
      Buffer.from(await flag.arrayBuffer())
        .subarray(0, 3)
        .toString(),
    ).toBe('GIF');
  });

  test('a form post redirects and sets its cookie', async () => {
    const posted = await get('/api/journal', {
      method: 'POST',
      headers: { accept: 'text/html' },
      body: new URLSearchParams({ boat: 'Heron', text: 'all fast' }),
    });
    expect(posted.status).toBe(303);
    expect(posted.headers.get('location')).toBe('/today?from=journal');
    expect(posted.headers.getSetCookie()[0]).toMatch(/^boat=Heron/);
  });

  test('dynamic, catch-all, rewritten and redirected routes', async () => {
    expect(await (await get('/boats/otter')).text()).toContain('otter');
    expect(await (await get('/map/a/b/c')).text()).toContain('c');
    expect(await (await get('/boat/otter')).text()).toContain('otter');
    const moved = await get('/guide');
    expect([moved.status, moved.headers.get('location')]).toEqual([308, '/moorings']);
  });

  test('fallback true and blocking', async () => {
    expect(await (await get('/walks/lock-to-lock')).text()).toContain('miles along');
    expect((await get('/walks/over-the-hill')).status).toBe(200);
    expect(await (await get('/pubs/the-heron')).text()).toContain('Open from noon');
    expect((await get('/pubs/closed')).status).toBe(404);
  });

  test('_next/data, with its build id', async () => {
    const page = await (await get('/today')).text();
    const buildId = /"buildId":"([^"]+)"/.exec(page)?.[1];
    const data = await get(`/_next/data/${buildId}/boats/otter.json`);
    expect(data.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await data.json()).toMatchObject({ pageProps: { name: 'otter' } });
  });

  test('public files and _next/static', async () => {
    expect(await (await get('/robots.txt')).text()).toMatch(/User-agent/i);
    expect((await get('/narrowboat.svg')).headers.get('content-type')).toBe('image/svg+xml');
    const page = await (await get('/')).text();
    const script = /src="(\/_next\/static\/[^"]+\.js)"/.exec(page)?.[1] ?? '';
    const asset = await get(script);
    expect(asset.status).toBe(200);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  test('next/image makes WebP of a local file, smaller than it', async () => {
    const image = await get('/_next/image?url=%2Fimages%2Flock-flight.jpg&w=640&q=75', {
      headers: { accept: 'image/webp,*/*' },
    });
    expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/webp']);
    const original = await get('/images/lock-flight.jpg');
    expect((await image.arrayBuffer()).byteLength).toBeLessThan((await original.arrayBuffer()).byteLength);
    expect((await get('/_next/image?url=%2Fimages%2Flock-flight.jpg&w=641&q=75')).status).toBe(400);
    expect((await get('/_next/image?url=http%3A%2F%2F169.254.169.254%2Flatest&w=640&q=75')).status).toBe(400);
  });

  test('404 and 500 pages', async () => {
    const missing = await get('/nowhere/at/all');
    expect(missing.status).toBe(404);
    expect(missing.headers.get('content-type')).toMatch(/^text\/html/);
    const broken = await get('/weir?fail=1');
    expect(broken.status).toBe(500);
    expect(await broken.text()).not.toContain('Over the weir');
    expect((await get('/weir')).status).toBe(200);
  });

  test('a page of more than a megabyte', async () => {
    const ledger = await get('/ledger?rows=30000');
    expect(ledger.status).toBe(200);
    expect(ledger.headers.get('x-ledger')).toBe('stop-lock');
    expect((await ledger.text()).length).toBeGreaterThan(1_000_000);
  });

  test('the distribution’s own host name answers on the main port, too', async () => {
    const { port } = new URL(journey.workspace.running.endpoint);
    const host = journey.workspace.cloud.siteUrls()[0]?.domainName;
    const body = await new Promise<string>((resolve, reject) =>
      request({ host: '127.0.0.1', port, path: '/about', headers: { host } }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve(text));
      })
        .on('error', reject)
        .end(),
    );
    expect(body).toContain('The Long Cut');
  });

  test('headers that a client may not send change nothing', async () => {
    const plain = await (await get('/boats/otter')).text();
    const spoofed = await (
      await get('/boats/otter', {
        headers: { 'x-forwarded-host': 'evil.example', 'x-matched-path': '/weir', 'x-middleware-subrequest': 'x' },
      })
    ).text();
    expect(spoofed.replaceAll(/"now":"[^"]+"/g, '')).toBe(plain.replaceAll(/"now":"[^"]+"/g, ''));
  });
});

describe('a second push, by git alone', () => {
  test(
    'changes what visitors see, and nothing old is left in the CDN',
    async () => {
      await (await get('/about')).text();
      const checkout = join(folder, 'data', 'example');
      writeFiles(checkout, {
        'pages/about.js': 'export default function About() { return <h1>Second edition</h1> }\n',
      });
      await commitAll(checkout, 'second');
      await git(checkout, 'remote', 'set-url', 'towpath', `${journey.workspace.running.git}/next-11.git`);
      await git(checkout, 'push', '--quiet', 'towpath', 'main');

      const api = connect(journey.workspace.running);
      const sha = await git(checkout, 'rev-parse', 'HEAD');
      const id = await awaitDeployment(api, { app: 'next-11', branch: 'main', sha, known: new Set() });
      const shown: string[] = [];
      const { status } = await follow(api, id, (line) => shown.push(line));
      expect({ status, shown: status === 'succeeded' ? [] : shown }).toEqual({ status: 'succeeded', shown: [] });
      expect(await (await get('/about')).text()).toContain('Second edition');
    },
    BUILD_TIMEOUT,
  );
});
