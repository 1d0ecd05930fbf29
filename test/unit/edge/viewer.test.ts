import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';

interface ViewerRequest {
  uri: string;
  headers: Record<string, { value: string }>;
  cookies: Record<string, { value: string }>;
}

function load(name: string): (event: { request: ViewerRequest }) => ViewerRequest {
  const code = readFileSync(new URL(`../../../edge/viewer/${name}.js`, import.meta.url), 'utf8');
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
      key({ 'cloudfront-forwarded-proto': 'http' }),
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
