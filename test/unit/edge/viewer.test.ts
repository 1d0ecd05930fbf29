import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import {
  credentials,
  digestOf,
  type GuardTable,
  guardTable,
  SITES_PER_GUARD,
  verifierCredentials,
} from '../../../domain/access.ts';
import { fillGuard } from '../../../functions/update-distribution/guard.ts';

interface ViewerRequest {
  uri: string;
  headers: Record<string, { value: string }>;
  cookies: Record<string, { value: string }>;
}

type Handler = (event: { request: ViewerRequest; context?: { distributionId: string } }) => ViewerRequest & {
  statusCode?: number;
};

/** As scripts/shipped-code.ts puts it together. */
function load(kind: 'ssr' | 'static', door: 'open' | 'guard' = 'open', table: GuardTable = {}): Handler {
  const part = (name: string) => readFileSync(new URL(`../../../edge/viewer/${name}.js`, import.meta.url), 'utf8');
  const source = ['common', door, kind].map(part).join('\n');
  const code = door === 'guard' ? fillGuard(source, table) : source;
  return runInNewContext(`${code}\nhandler`, { require: createRequire(import.meta.url) });
}

const fields = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));

describe('server-rendered sites', () => {
  const handler = load('ssr');
  const run = (headers: Record<string, string> = {}, cookies: Record<string, string> = {}, uri = '/') =>
    handler({ request: { uri, headers: fields({ host: 'shop.example', ...headers }), cookies: fields(cookies) } })
      .headers;
  const key = (...parts: Parameters<typeof run>) => run(...parts)['x-towpath-key']?.value;

  test('the host travels as x-forwarded-host, whatever the client says', () => {
    expect(run({ 'x-forwarded-host': 'evil.example' })['x-forwarded-host']).toEqual({ value: 'shop.example' });
  });

  test.each(['x-middleware-subrequest', 'x-invoke-path', 'x-matched-path', 'x-now-route-matches', 'x-towpath-spill'])(
    '%s is deleted',
    (name) => {
      expect(Object.keys(run({ [name]: 'x', 'x-other': 'y' })).sort()).toEqual([
        'host',
        'x-forwarded-host',
        'x-other',
        'x-towpath-key',
      ]);
    },
  );

  test('the key is the same for all plain requests, and another for what Next varies on', () => {
    const plain = key();
    expect(key({ 'user-agent': 'x', 'x-towpath-key': 'mine', accept: 'image/avif' }, { session: '1' })).toBe(plain);
    const keys = [
      key({ rsc: '1' }),
      key({ rsc: '1', 'next-router-prefetch': '1' }),
      key({ 'next-router-state-tree': '1' }),
      key({ 'next-url': '1' }),
      key({ 'x-nextjs-data': '1' }),
      key({}, { __prerender_bypass: '1' }),
      key({}, { __next_preview_data: '1' }),
    ];
    expect(new Set([plain, ...keys]).size).toBe(keys.length + 1);
  });

  test('images: the key tells browsers apart by the types they take, and by nothing else of Accept', () => {
    const image = (accept: string) => key({ accept }, {}, '/_next/image');
    expect(image('image/avif,image/webp,*/*')).toBe(image('text/html,image/webp;q=0.8,image/avif'));
    expect(new Set([image('*/*'), image('image/webp'), image('image/avif'), image('image/avif,image/webp')]).size).toBe(
      4,
    );
  });
});

describe('static sites', () => {
  const handler = load('static');
  test.each([
    ['/', '/index.html'],
    ['/about', '/about.html'],
    ['/about/', '/about/index.html'],
    ['/yard/paint-shop', '/yard/paint-shop.html'],
    ['/about.html', '/about.html'],
    ['/report.pdf', '/report.pdf'],
    ['/song.mp3', '/song.mp3'],
    ['/archive.7z', '/archive.7z'],
    ['/releases/v1.2', '/releases/v1.2.html'],
    ['/_next/static/chunks/main-0a1b.js', '/_next/static/chunks/main-0a1b.js'],
    ['/caf%C3%A9', '/caf%C3%A9.html'],
  ])('%s → %s', (uri, file) => {
    expect(handler({ request: { uri, headers: {}, cookies: {} } }).uri).toBe(file);
  });
});

describe('protected sites', () => {
  const access = {
    site: 'shop-main',
    app: 'shop',
    user: 'ann',
    key: 'a key of its own',
    digest: digestOf(credentials('ann', 'correct horse battery'), 'a key of its own'),
    guard: 0,
    since: '2026-01-01T00:00:00.000Z',
    distributionId: 'E1',
  };
  const table = guardTable([access], 0, 'secret');
  const visit = (kind: 'ssr' | 'static', authorization?: string, distributionId = 'E1') =>
    load(
      kind,
      'guard',
      table,
    )({
      request: { uri: '/', headers: fields(authorization === undefined ? {} : { authorization }), cookies: {} },
      context: { distributionId },
    });
  const basic = (user: string, password: string) => `Basic ${credentials(user, password)}`;

  test.each(['ssr', 'static'] as const)('%s: the password lets in, and goes no further', (kind) => {
    const passed = visit(kind, basic('ann', 'correct horse battery'));
    expect([passed.statusCode, passed.headers.authorization]).toEqual([undefined, undefined]);
    expect(visit(kind, `basic  ${credentials('ann', 'correct horse battery')}`).statusCode).toBeUndefined();
    expect(visit(kind, `Basic ${verifierCredentials('secret', 'shop-main')}`).statusCode).toBeUndefined();
  });

  test.each([
    ['no password', undefined, 'E1'],
    ['another password', basic('ann', 'correct horse'), 'E1'],
    ['another user', basic('bob', 'correct horse battery'), 'E1'],
    ['the hash itself', `Basic ${access.digest}`, 'E1'],
    ['the key', `Basic ${Buffer.from(access.key).toString('base64')}`, 'E1'],
    ['a token', 'Bearer correct horse battery', 'E1'],
    ['nonsense', 'Basic constructor', 'E1'],
    ['a site that the guard does not know', basic('ann', 'correct horse battery'), 'E2'],
  ])('%s does not', (_, authorization, distributionId) => {
    for (const kind of ['ssr', 'static'] as const)
      expect(visit(kind, authorization, distributionId).statusCode).toBe(401);
  });

  test('nothing of the password can be read in the guard’s code, and 40 sites fit into it', () => {
    const many = Array.from({ length: SITES_PER_GUARD }, (_, index) => ({
      ...access,
      site: `${'s'.repeat(30)}-${index}`,
      key: 'k'.repeat(22),
      distributionId: `E2EXAMPLE1234${index}`,
    }));
    const text = JSON.stringify(guardTable(many, 0, 'secret'));
    expect(text).not.toMatch(/correct|ann/);
    expect(text.length).toBeLessThan(SITES_PER_GUARD * 160);
  });
});
