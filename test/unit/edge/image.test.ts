import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { CloudFrontRequestEvent, CloudFrontResultResponse } from 'aws-lambda';
import sharp from 'sharp';
import { isPublic } from '../../../domain/outbound.ts';
import { createImageHandler } from '../../../edge/image/handler.ts';
import { detectType, fileNameOf, isAnimated } from '../../../edge/image/image-type.ts';
import { isAllowedHost, parseParameters } from '../../../edge/image/parameters.ts';
import { ForbiddenAddressError, fetchRemote } from '../../../edge/image/remote.ts';
import { transform } from '../../../edge/image/transform.ts';
import type { Bucket } from '../../../edge/shared/bucket.ts';
import type { Settings } from '../../../edge/shared/settings.ts';
import { event } from './events.ts';
import { settings } from './settings.ts';

const { images } = settings().edge;
const picture = (format: 'png' | 'jpeg' | 'webp' = 'png', width = 100, height = 80) =>
  sharp({ create: { width, height, channels: 3, background: '#d59f3c' } })
    .toFormat(format)
    .toBuffer();

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation(() => {});
});

const servers: Array<() => void> = [];
/** Nothing listens there. */
const NO_HOST = '127.0.0.1:1';
afterEach(() => {
  for (const stop of servers.splice(0)) stop();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('parameters of Next 16', () => {
  const strict = { ...images, qualities: [75], localPatterns: [{ pathname: '/plates/**', search: '' }] };

  test.each([
    ['url=/plates/deep/a.png&w=640&q=75', { url: '/plates/deep/a.png', isAbsolute: false, width: 640, quality: 75 }],
    ['url=/plates/a.png&w=640&q=50', { refusal: '"q" parameter (quality) of 50 is not allowed' }],
    ['url=/other/a.png&w=640&q=75', { refusal: '"url" parameter is not allowed' }],
    ['url=/plates/a.png%3Fv=1&w=640&q=75', { refusal: '"url" parameter is not allowed' }],
    ['url=/plates/a.png&w=6e2&q=75', { refusal: '"w" parameter (width) must be an integer greater than 0' }],
    ['url=/plates/a.png&w=640&q=75.5', { refusal: '"q" parameter (quality) must be an integer between 1 and 100' }],
  ])('%s', (query, expected) => {
    expect(parseParameters(new URLSearchParams(query), strict, { major: 16 })).toEqual(expected);
  });
});

describe('parameters', () => {
  test.each([
    ['url=/a.png&w=640&q=75', { url: '/a.png', isAbsolute: false, width: 640, quality: 75 }],
    [
      'url=https://images.example/a&w=64&q=1',
      { url: 'https://images.example/a', isAbsolute: true, width: 64, quality: 1 },
    ],
    ['url=//evil.example/a&w=64&q=1', { refusal: '"url" parameter cannot be a protocol-relative URL (//)' }],
    ['url=/_next/image?url=x&w=64&q=1', { refusal: '"url" parameter cannot be recursive' }],
    ['url=https://sub.images.example/a&w=64&q=1', { refusal: '"url" parameter is not allowed' }],
    ['url=data:image/png,x&w=64&q=1', { refusal: '"url" parameter is invalid' }],
    ['url=/a&w=65&q=1', { refusal: '"w" parameter (width) of 65 is not allowed' }],
  ])('%s', (query, expected) => {
    expect(parseParameters(new URLSearchParams(query), images, { major: 11 })).toEqual(expected);
  });

  test('remote patterns: one label, any labels, paths', () => {
    const patterns = (hostname: string, pathname?: string) => ({
      ...images,
      domains: [],
      remotePatterns: [{ hostname, pathname }],
    });
    const url = new URL('https://a.b.example/files/x/y.png');
    expect(isAllowedHost(url, patterns('**.example'))).toBe(true);
    expect(isAllowedHost(url, patterns('*.b.example', '/files/**'))).toBe(true);
    expect(isAllowedHost(url, patterns('*.example'))).toBe(false);
    expect(isAllowedHost(url, patterns('**.example', '/files/*'))).toBe(false);
    expect(isAllowedHost(url, patterns('a.bxexample'))).toBe(false);
    const withoutQuery = { ...patterns('**.example'), remotePatterns: [{ hostname: '**.example', search: '' }] };
    expect(isAllowedHost(url, withoutQuery)).toBe(true);
    expect(isAllowedHost(new URL(`${url}?v=1`), withoutQuery)).toBe(false);
  });
});

describe('remote', () => {
  const strict = { isForbidden: (address: string) => !isPublic(address), maxRedirects: 3 };
  const lax = { isForbidden: () => false, maxRedirects: 3 };

  test('private addresses are refused: written out, by name, in other notations', async () => {
    const host = await serve((_, response) => response.end('secret'));
    const port = host.split(':')[1];
    for (const name of ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]']) {
      await expect(fetchRemote(`http://${name}:${port}/`, strict)).rejects.toBeInstanceOf(ForbiddenAddressError);
    }
  });

  test('a redirect is checked as well', async () => {
    const inner = await serve((_, response) => response.end('secret'));
    const outer = await serve((_, response) =>
      response.writeHead(302, { location: `http://localhost:${inner.split(':')[1]}/` }).end(),
    );
    const onlyLiteral = { isForbidden: (address: string) => address !== '127.0.0.1', maxRedirects: 3 };
    expect((await fetchRemote(`http://${outer}/`, onlyLiteral)).bytes.toString()).toBe('secret');
    const once = { isForbidden: () => false, maxRedirects: 0 };
    await expect(fetchRemote(`http://${outer}/`, once)).rejects.toThrow('redirects');
    const file = await serve((_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end());
    await expect(fetchRemote(`http://${file}/`, lax)).rejects.toBeInstanceOf(ForbiddenAddressError);
  });

  test('status, type and cache time are told', async () => {
    const host = await serve((_, response) =>
      response.writeHead(404, { 'content-type': 'text/plain', 'cache-control': 'max-age=9' }).end('no'),
    );
    expect(await fetchRemote(`http://${host}/`, lax)).toEqual({
      status: 404,
      bytes: Buffer.from('no'),
      contentType: 'text/plain',
      cacheControl: 'max-age=9',
    });
  });
});

describe('types', () => {
  test('by their first bytes', async () => {
    expect(detectType(await picture('png'))).toBe('image/png');
    expect(detectType(await picture('jpeg'))).toBe('image/jpeg');
    expect(detectType(Buffer.from('<svg xmlns="x"/>'))).toBe('image/svg+xml');
    expect(detectType(Buffer.from('<html>'))).toBeUndefined();
  });

  test('animation', async () => {
    expect(isAnimated(await picture('png'), 'image/png')).toBe(false);
    expect(isAnimated(Buffer.from('GIF89a…NETSCAPE2.0'), 'image/gif')).toBe(true);
    expect(isAnimated(Buffer.from('\x89PNG…acTL…IDAT', 'latin1'), 'image/png')).toBe(true);
  });

  test('file names', () => {
    expect(fileNameOf('/a/photo.big.jpg?x=.y', 'image/webp')).toBe('photo.webp');
    expect(fileNameOf('/a/ph"oto\n.jpg', 'image/webp')).toBe('ph_oto_.webp');
    expect(fileNameOf('/a/', 'image/webp')).toBeUndefined();
  });
});

describe('handler', () => {
  const ask = async (
    query: string,
    given: Settings,
    objects: Record<string, Buffer>,
    headers: Record<string, string> = {},
    method = 'GET',
  ) => {
    const bucket: Bucket = {
      get: async (key) =>
        objects[key] ? new Response(new Uint8Array(objects[key])) : new Response(null, { status: 403 }),
      put: async () => {},
    };
    const handler = createImageHandler({ settings: given, bucket, transform, isForbidden: () => false });
    const request = event(method, `/_next/image?${query}`, { headers: { 'x-forwarded-host': NO_HOST, ...headers } });
    return (await handler({
      Records: [{ cf: { request } }],
    } as unknown as CloudFrontRequestEvent)) as CloudFrontResultResponse;
  };
  const headerOf = (answer: CloudFrontResultResponse, name: string) => answer.headers?.[name]?.[0]?.value;
  const local = settings({ publicPaths: ['/a.png', '/a.svg'] });
  const KEY = 'releases/R1/public/a.png';

  test('AVIF, WebP or the original type, by the app’s list and the browser', async () => {
    const avif = settings(
      { publicPaths: ['/a.png'] },
      { images: { ...images, formats: ['image/avif', 'image/webp'] } },
    );
    const typeFor = async (given: Settings, accept: string) =>
      headerOf(await ask('url=/a.png&w=64&q=75', given, { [KEY]: await picture() }, { accept }), 'content-type');
    expect(await typeFor(avif, 'image/avif,image/webp')).toBe('image/avif');
    expect(await typeFor(avif, 'image/webp')).toBe('image/webp');
    expect(await typeFor(local, 'image/avif,image/webp')).toBe('image/webp');
    expect(await typeFor(local, '*/*')).toBe('image/png');
  });

  test.each([
    ['11.1.4', 'image/webp'],
    ['12.0.10', 'image/webp'],
    ['12.1.6', 'image/jpeg'],
    ['16.4.5', 'image/jpeg'],
  ])('of a WebP, a browser that takes none gets from Next %s: %s', async (version, type) => {
    const site = { ...local, next: { version, major: Number.parseInt(version, 10) } };
    const answer = await ask('url=/a.png&w=64&q=75', site, { [KEY]: await picture('webp') }, { accept: '*/*' });
    expect(headerOf(answer, 'content-type')).toBe(type);
    expect(detectType(Buffer.from(String(answer.body), 'base64'))).toBe(type);
  });

  test.each([
    ['11.1.4', 0],
    ['12.1.6', 0],
    ['12.2.0', 60],
    ['16.4.5', 60],
  ])('for how long a browser of Next %s keeps one', async (version, seconds) => {
    const site = { ...local, next: { version, major: Number.parseInt(version, 10) } };
    const answer = await ask('url=/a.png&w=64&q=75', site, { [KEY]: await picture() });
    expect(headerOf(answer, 'cache-control')).toMatch(new RegExp(`^public, max-age=${seconds}, `));
  });

  test('a missing file, an unlisted one and a way out of the bucket’s folder are no images', async () => {
    for (const path of ['/a.png', '/_next/static/../../secret', '/_next/static/%2e%2e/x.png']) {
      const answer = await ask(`url=${encodeURIComponent(path)}&w=64&q=75`, local, {
        'static/_next/x.png': await picture(),
      });
      expect(Number(answer.status)).toBeGreaterThanOrEqual(400);
    }
  });

  test('an image of the site itself that is no file: fetched by the name the visitor used', async () => {
    const image = await picture();
    const host = await serve((request, response) =>
      response.writeHead(request.url === '/api/flag?x=1' ? 200 : 404).end(image),
    );
    const headers = { 'x-forwarded-host': host, 'cloudfront-forwarded-proto': 'http', accept: 'image/webp' };
    const answer = await ask(`url=${encodeURIComponent('/api/flag?x=1')}&w=64&q=75`, local, {}, headers);
    expect(answer.status).toBe('200');
    expect(headerOf(answer, 'cache-control')).toBe('public, max-age=0, s-maxage=60, must-revalidate');
    const elsewhere = await ask(`url=${encodeURIComponent('/\\localhost/x')}&w=64&q=75`, local, {}, headers);
    expect(elsewhere.status).toBe('400');
  });

  test('If-None-Match, HEAD and other methods', async () => {
    const objects = { [KEY]: await picture() };
    const first = await ask('url=/a.png&w=64&q=75', local, objects);
    const etag = headerOf(first, 'etag') ?? '';
    expect(await ask('url=/a.png&w=64&q=75', local, objects, { 'if-none-match': etag })).toMatchObject({
      status: '304',
    });
    expect(await ask('url=/a.png&w=64&q=75', local, objects, {}, 'HEAD')).not.toHaveProperty('body');
    expect(await ask('url=/a.png&w=64&q=75', local, objects, {}, 'POST')).toMatchObject({ status: '405' });
  });

  test('SVG: as it is, or refused unless allowed', async () => {
    const objects = { 'releases/R1/public/a.svg': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') };
    const allowing = (dangerouslyAllowSVG: boolean) => ({
      ...local,
      edge: { ...local.edge, images: { ...images, dangerouslyAllowSVG } },
    });
    const allowed = await ask('url=/a.svg&w=64&q=75', allowing(true), objects);
    expect(allowed.status).toBe('200');
    expect(headerOf(allowed, 'content-security-policy')).toBe("script-src 'none'; sandbox;");
    expect(await ask('url=/a.svg&w=64&q=75', allowing(false), objects)).toMatchObject({ status: '400' });
  });

  test.each([
    [11, '400', "The requested resource isn't a valid image."],
    [12, '403', '"url" parameter is valid but upstream response is invalid'],
    [13, '400', "The requested resource isn't a valid image."],
    [15, '400', "The requested resource isn't a valid image."],
    [16, '403', '"url" parameter is valid but internal response is invalid'],
  ])('an image of the site that is not there, in the words of Next %i', async (major, status, body) => {
    const site = { ...local, next: { version: `${major}.0.0`, major } };
    expect(await ask('url=/a.png&w=64&q=75', site, {})).toMatchObject({ status, body });
  });

  test('a decompression bomb is not unpacked', async () => {
    const bomb = await sharp({
      create: { width: 11_000, height: 10_000, channels: 3, background: 'white' },
      limitInputPixels: false,
    })
      .png({ compressionLevel: 9 })
      .toBuffer();
    await expect(transform(bomb, { width: 64, quality: 75, type: 'image/webp' })).rejects.toThrow('pixel limit');
  });
});
