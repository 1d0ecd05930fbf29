/** What a viewer meets at the edge, through HTTP. */

import { request as httpRequest } from 'node:http';
import { brotliDecompressSync } from 'node:zlib';
import {
  CreateCachePolicyCommand,
  CreateFunctionCommand,
  CreateInvalidationCommand,
  GetDistributionConfigCommand,
  PublishFunctionCommand,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ALL_BUT_HOST,
  ALL_METHODS,
  BUCKET_DOMAIN,
  DISABLED,
  EDGE_FUNCTION,
  edgeFunctions,
  startSite,
  type TestSite,
} from '../support/cloudfront-site.ts';

let site: TestSite;
beforeEach(async () => {
  site = await startSite({ propagationMs: 1_000, invalidationMs: 300 });
});
afterEach(() => site.stop());

/** What DESIGN's dynamic cache policy is: nothing is kept unless the origin says so. */
async function dynamicPolicy(headers: string[] = []): Promise<string> {
  const { CachePolicy } = await site.client.send(
    new CreateCachePolicyCommand({
      CachePolicyConfig: {
        Name: `dynamic-${headers.length}`,
        MinTTL: 0,
        DefaultTTL: 0,
        MaxTTL: 31_536_000,
        ParametersInCacheKeyAndForwardedToOrigin: {
          EnableAcceptEncodingGzip: true,
          EnableAcceptEncodingBrotli: true,
          HeadersConfig: headers.length
            ? { HeaderBehavior: 'whitelist', Headers: { Quantity: headers.length, Items: headers } }
            : { HeaderBehavior: 'none' },
          CookiesConfig: { CookieBehavior: 'none' },
          QueryStringsConfig: { QueryStringBehavior: 'all' },
        },
      },
    }),
  );
  return CachePolicy!.Id!;
}
const xCache = (response: Response) => response.headers.get('x-cache');
const header = (value: string) => [{ value }];
const page = (body: string, cacheControl = 'private, no-store') => ({
  status: '200',
  headers: { 'content-type': header('text/html'), 'cache-control': header(cacheControl) },
  body,
});
/** fetch hides what compression and Host do. */
function raw(url: string, headers: Record<string, string>, method = 'GET') {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    const sent = httpRequest(url, { headers, method }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on('error', reject).end();
  });
}

describe('a bucket behind an access control', () => {
  test('is read as CloudFront on behalf of the distribution, once', async () => {
    site.objects.set('static/app.js', { body: 'code', ContentType: 'text/javascript', ETag: '"1"' });
    const behaviours = {
      CacheBehaviors: {
        Quantity: 1,
        Items: [
          {
            PathPattern: '_next/static/*',
            TargetOriginId: 'static',
            ViewerProtocolPolicy: 'allow-all' as const,
            CachePolicyId: DISABLED,
          },
        ],
      },
    };
    const { id, url } = await site.create({});
    const first = await fetch(`${url}/static/app.js`);
    expect([first.status, await first.text(), xCache(first)]).toEqual([200, 'code', 'Miss from cloudfront']);
    site.pass(5_000);
    const second = await fetch(`${url}/static/app.js`);
    expect([xCache(second), second.headers.get('age')]).toEqual(['Hit from cloudfront', '5']);
    expect(site.reads).toHaveLength(1);
    expect(site.reads[0]).toMatchObject({
      operation: 'GetObject',
      input: { Bucket: 'site-bucket', Key: 'static/app.js' },
      caller: { service: 'cloudfront.amazonaws.com', sourceArn: `arn:aws:cloudfront::111122223333:distribution/${id}` },
    });

    site.objects.set('static/_next/static/a.js', { body: 'a' });
    const other = await site.create(behaviours);
    expect(await (await fetch(`${other.url}/_next/static/a.js`)).text()).toBe('a');
  });

  test('answers 403 for a missing key, kept for 10 seconds', async () => {
    const { url } = await site.create();
    const missing = await fetch(`${url}/nothing`);
    expect([missing.status, xCache(missing)]).toEqual([403, 'Error from cloudfront']);
    expect(await missing.text()).toContain('<Code>AccessDenied</Code>');
    site.objects.set('nothing', { body: 'now' });
    site.pass(9_000);
    expect((await fetch(`${url}/nothing`)).status).toBe(403);
    site.pass(2_000);
    expect((await fetch(`${url}/nothing`)).status).toBe(200);
  });

  test('refuses a Host that is not its own', async () => {
    const allViewer = '216adef6-5c7f-47e4-b989-5492eafa07d3';
    const { url } = await site.create({}, { OriginRequestPolicyId: allViewer });
    const response = await fetch(`${url}/x`);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('SignatureDoesNotMatch');
    expect(site.reads).toEqual([]);
  });

  test('lets response-* queries override headers when the query is forwarded', async () => {
    site.objects.set('file', { body: 'x' });
    const { url } = await site.create({}, { CachePolicyId: DISABLED, OriginRequestPolicyId: ALL_BUT_HOST });
    await fetch(`${url}/file?response-content-type=text/html`);
    expect(site.reads[0]?.input).toMatchObject({ ResponseContentType: 'text/html' });
  });

  test('is written to and deleted from as CloudFront, too; a POST is S3’s to refuse', async () => {
    const { id, url } = await site.create({}, { CachePolicyId: DISABLED, ...ALL_METHODS });
    const send = (method: string) => fetch(`${url}/note`, { method, body: method === 'DELETE' ? undefined : 'hello' });
    expect((await send('PUT')).status).toBe(200);
    expect(await (await fetch(`${url}/note`)).text()).toBe('hello');
    expect((await send('POST')).status).toBe(405);
    expect((await send('DELETE')).status).toBe(204);
    expect(site.objects.size).toBe(0);
    const sourceArn = `arn:aws:cloudfront::111122223333:distribution/${id}`;
    expect(site.reads.map(({ operation }) => operation)).toEqual(['PutObject', 'GetObject', 'DeleteObject']);
    for (const { caller } of site.reads)
      expect(caller).toMatchObject({ service: 'cloudfront.amazonaws.com', sourceArn });
  });

  test('gives its own error page, and the status the distribution wants', async () => {
    site.objects.set('404.html', { body: 'not here', ContentType: 'text/html' });
    const { url } = await site.create({
      CustomErrorResponses: {
        Quantity: 1,
        Items: [{ ErrorCode: 403, ResponseCode: '404', ResponsePagePath: '/404.html', ErrorCachingMinTTL: 0 }],
      },
    });
    const response = await fetch(`${url}/nothing`);
    expect([response.status, await response.text(), xCache(response)]).toEqual([
      404,
      'not here',
      'Error from cloudfront',
    ]);
    site.objects.set('nothing', { body: 'now' });
    expect((await fetch(`${url}/nothing`)).status).toBe(200);
  });

  test('serves parts: from the origin on a miss, from the cache after', async () => {
    site.objects.set('film', { body: '0123456789', ETag: '"f"' });
    const { url } = await site.create();
    const part = (range: string) => raw(`${url}/film`, { range });
    const miss = await part('bytes=2-4');
    expect([miss.status, miss.body.toString(), site.reads[0]?.input.Range]).toEqual([206, '234', 'bytes=2-4']);
    await raw(`${url}/film`, {});
    const hit = await part('bytes=2-4');
    expect([hit.status, hit.body.toString(), hit.headers['content-range']]).toEqual([206, '234', 'bytes 2-4/10']);
    expect((await part('bytes=20-')).status).toBe(416);
    expect(site.reads).toHaveLength(2);
  });

  test('answers conditions and HEAD from the cache', async () => {
    site.objects.set('page', { body: 'hello', ETag: '"e"', ContentType: 'text/plain' });
    const { url } = await site.create();
    await fetch(`${url}/page`);
    const same = await fetch(`${url}/page`, { headers: { 'if-none-match': '"e"' } });
    expect([same.status, await same.text(), same.headers.get('etag')]).toEqual([304, '', '"e"']);
    const head = await fetch(`${url}/page`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), xCache(head)]).toEqual([200, '5', 'Hit from cloudfront']);
    expect(site.reads).toHaveLength(1);
  });

  test('compresses once for each encoding, and asks with the strong ETag again', async () => {
    site.objects.set('big.js', {
      body: 'x'.repeat(5_000),
      ETag: '"b"',
      ContentType: 'text/javascript',
      CacheControl: 'max-age=60',
    });
    const { url } = await site.create();
    const brotli = await raw(`${url}/big.js`, { 'accept-encoding': 'gzip, br' });
    expect(brotli.headers).toMatchObject({ 'content-encoding': 'br', etag: 'W/"b"', vary: 'Accept-Encoding' });
    expect(brotliDecompressSync(brotli.body).toString()).toHaveLength(5_000);
    expect((await raw(`${url}/big.js`, {})).headers['content-encoding']).toBeUndefined();
    expect((await raw(`${url}/big.js`, { 'accept-encoding': 'br,gzip;q=0.5' })).headers['x-cache']).toBe(
      'Hit from cloudfront',
    );
    site.pass(61_000);
    const again = await raw(`${url}/big.js`, { 'accept-encoding': 'gzip, br' });
    expect([again.headers['x-cache'], again.headers['content-encoding']]).toEqual(['RefreshHit from cloudfront', 'br']);
    expect(site.reads.at(-1)?.input.IfNoneMatch).toBe('"b"');
  });
});

describe('methods, paths and requests that are refused', () => {
  test('only GET and HEAD unless the behaviour says otherwise', async () => {
    const { url } = await site.create();
    const response = await fetch(`${url}/`, { method: 'POST', body: 'x' });
    expect([response.status, xCache(response)]).toEqual([403, 'Error from cloudfront']);
    expect(await response.text()).toContain('POST');
  });

  test('a WebSocket, an unknown distribution', async () => {
    const { url } = await site.create();
    const socket = await raw(`${url}/`, { connection: 'upgrade', upgrade: 'websocket' });
    expect(socket.status).toBe(400);
    expect(socket.body.toString()).toContain('WebSockets are not emulated');
    const unknown = await raw(`${site.served.endpoint}/`, { host: 'eunknown.cloudfront.localhost' });
    expect(unknown.status).toBe(403);
  });

  test('the main port serves by Host', async () => {
    site.objects.set('index.html', { body: 'home' });
    const { id } = await site.create({ DefaultRootObject: 'index.html' });
    const domainName = site.service.siteUrls().find((one) => one.id === id)!.domainName;
    expect(domainName).toBe(`${id.toLowerCase()}.cloudfront.localhost:${new URL(site.served.endpoint).port}`);
    const response = await raw(`${site.served.endpoint}/`, { host: domainName });
    expect([response.status, response.body.toString()]).toEqual([200, 'home']);
  });
});

describe('Lambda@Edge on origin-request', () => {
  test('gets the request as the policies let it through, and its body', async () => {
    const policy = await dynamicPolicy(['x-towpath-key']);
    const { id, url } = await site.create(
      {},
      { CachePolicyId: policy, ...ALL_METHODS, ...edgeFunctions('origin-request') },
    );
    site.onEdge(() => page('made'));
    const response = await fetch(`${url}/a/b?x=1&y`, {
      method: 'POST',
      body: 'form',
      headers: {
        'x-towpath-key': 'k',
        'x-other': 'o',
        cookie: 'a=1',
        'user-agent': 'me',
        'content-type': 'text/plain',
      },
    });
    expect([response.status, await response.text()]).toEqual([200, 'made']);
    expect(xCache(response)).toBe('LambdaGeneratedResponse from cloudfront');
    const [{ arn, event, caller }] = site.events as [(typeof site.events)[0]];
    expect(arn).toBe(EDGE_FUNCTION);
    expect(caller).toMatchObject({ service: 'edgelambda.amazonaws.com', region: 'us-east-1' });
    const { config, request } = (event as { Records: [{ cf: { config: object; request: Record<string, object> } }] })
      .Records[0].cf;
    expect(config).toMatchObject({ distributionId: id, eventType: 'origin-request' });
    expect(request).toMatchObject({
      method: 'POST',
      uri: '/a/b',
      querystring: 'x=1&y',
      clientIp: '127.0.0.1',
      body: {
        action: 'read-only',
        encoding: 'base64',
        data: Buffer.from('form').toString('base64'),
        inputTruncated: false,
      },
      origin: {
        s3: { domainName: BUCKET_DOMAIN, path: '', region: 'eu-west-1', authMethod: 'none', customHeaders: {} },
      },
    });
    expect(Object.keys(request.headers!).sort()).toEqual(
      ['accept-encoding', 'content-length', 'host', 'user-agent', 'via', 'x-forwarded-for', 'x-towpath-key'].sort(),
    );
    expect(request.headers).toMatchObject({
      host: [{ key: 'Host', value: BUCKET_DOMAIN }],
      'user-agent': [{ key: 'User-Agent', value: 'Amazon CloudFront' }],
      'x-forwarded-for': [{ key: 'X-Forwarded-For', value: '127.0.0.1' }],
    });
  });

  test('changes the uri alone, to have S3 answer, with the cache key of the viewer', async () => {
    site.objects.set('releases/1/index.html', { body: 'seed', ContentType: 'text/html', CacheControl: 's-maxage=60' });
    const { url } = await site.create({}, { CachePolicyId: await dynamicPolicy(), ...edgeFunctions('origin-request') });
    site.onEdge(({ Records: [{ cf }] }) => ({ ...cf.request, uri: '/releases/1/index.html', querystring: '' }));
    expect(await (await fetch(`${url}/?q=1`)).text()).toBe('seed');
    expect(xCache(await fetch(`${url}/?q=1`))).toBe('Hit from cloudfront');
    expect(xCache(await fetch(`${url}/?q=2`))).toBe('Miss from cloudfront');
  });

  test('what it generates is kept as Cache-Control says, and not at all without it', async () => {
    let made = 0;
    const { url } = await site.create({}, { CachePolicyId: await dynamicPolicy(), ...edgeFunctions('origin-request') });
    site.onEdge(({ Records: [{ cf }] }) => page(`made ${++made}`, cf.request.uri === '/kept' ? 's-maxage=10' : ''));
    await fetch(`${url}/kept`);
    expect(await (await fetch(`${url}/kept`)).text()).toBe('made 1');
    await fetch(`${url}/fresh`);
    expect(await (await fetch(`${url}/fresh`)).text()).toBe('made 3');
  });

  test('a stale page answers at once while one refresh runs', async () => {
    let made = 0;
    const release: (() => void)[] = [];
    const { url } = await site.create({}, { CachePolicyId: await dynamicPolicy(), ...edgeFunctions('origin-request') });
    site.onEdge(async () => {
      const body = `made ${++made}`;
      if (made > 1) await new Promise<void>((resolve) => release.push(resolve));
      return page(body, 's-maxage=1, stale-while-revalidate=60');
    });
    await fetch(`${url}/`);
    site.pass(5_000);
    const stale = await Promise.all([fetch(`${url}/`), fetch(`${url}/`), fetch(`${url}/`)]);
    expect(await Promise.all(stale.map((response) => response.text()))).toEqual(['made 1', 'made 1', 'made 1']);
    expect(stale.map(xCache)).toEqual(Array(3).fill('Hit from cloudfront'));
    while (release.length === 0) await new Promise(setImmediate);
    release[0]!();
    let fresh = '';
    while (fresh !== 'made 2') fresh = await (await fetch(`${url}/`)).text();
    expect(made).toBe(2);
  });

  test('simultaneous requests for what may be kept are one', async () => {
    const { url } = await site.create({}, { CachePolicyId: await dynamicPolicy(), ...edgeFunctions('origin-request') });
    site.onEdge(async ({ Records: [{ cf }] }) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return page('x', cf.request.uri === '/shared' ? 's-maxage=60' : 'private, no-store');
    });
    await Promise.all(Array.from({ length: 5 }, () => fetch(`${url}/shared`)));
    expect(site.events).toHaveLength(1);
    await Promise.all(Array.from({ length: 5 }, () => fetch(`${url}/private`)));
    expect(site.events).toHaveLength(6);
  });

  test('what CloudFront refuses is a 502 that names the reason, a throw a 503', async () => {
    const { url } = await site.create({}, { CachePolicyId: await dynamicPolicy(), ...edgeFunctions('origin-request') });
    const answer = async (result: unknown) => {
      site.onEdge(() => result);
      const response = await fetch(`${url}/`);
      return [response.status, xCache(response), /\n(The Lambda[^\n]*)/.exec(await response.text())?.[1]];
    };
    const invalid = 'LambdaValidationError from cloudfront';
    expect(await answer({ ...page(''), body: 'x'.repeat(1_048_570) })).toEqual([
      502,
      invalid,
      expect.stringContaining('exceeds the maximum size'),
    ]);
    expect(await answer({ status: 200, headers: { connection: header('close') } })).toEqual([
      502,
      invalid,
      expect.stringContaining('connection'),
    ]);
    expect(await answer({ status: 200, headers: { via: header('me') } })).toEqual([
      502,
      invalid,
      expect.stringContaining('read-only header: via'),
    ]);
    expect(await answer({ status: 200, headers: { a: 'b' } })).toEqual([
      502,
      invalid,
      expect.stringContaining('must be an array'),
    ]);
    expect(await answer('text')).toEqual([502, invalid, expect.stringContaining('not an object')]);
    site.onEdge(() => {
      throw new Error('broken');
    });
    const thrown = await fetch(`${url}/`);
    expect([thrown.status, xCache(thrown)]).toEqual([503, 'LambdaExecutionError from cloudfront']);
    expect(await thrown.text()).toContain('broken');
  });

  test('a 5xx keeps an expired page alive, a failing function does not', async () => {
    const { url } = await site.create({}, { CachePolicyId: await dynamicPolicy(), ...edgeFunctions('origin-request') });
    site.onEdge(() => page('good', 's-maxage=1'));
    await fetch(`${url}/`);
    site.pass(2_000);
    site.onEdge(() => ({ status: '500', body: 'bad' }));
    expect(await (await fetch(`${url}/`)).text()).toBe('good');
    site.pass(11_000);
    site.onEdge(() => null);
    expect((await fetch(`${url}/`)).status).toBe(502);
  });

  test('Set-Cookie reaches the viewer only where cookies are forwarded', async () => {
    const cookie = {
      status: '200',
      headers: { 'set-cookie': [...header('a=1'), ...header('b=2')], 'cache-control': header('no-store') },
    };
    site.onEdge(() => cookie);
    const policy = await dynamicPolicy();
    const without = await site.create({}, { CachePolicyId: policy, ...edgeFunctions('origin-request') });
    expect((await fetch(without.url)).headers.getSetCookie()).toEqual([]);
    const forwarded = await site.create(
      {},
      { CachePolicyId: policy, OriginRequestPolicyId: ALL_BUT_HOST, ...edgeFunctions('origin-request') },
    );
    expect((await fetch(forwarded.url)).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  test('a body over 1 MB is cut for the function, and said to be', async () => {
    const { url } = await site.create(
      {},
      { CachePolicyId: DISABLED, ...ALL_METHODS, ...edgeFunctions('origin-request') },
    );
    site.onEdge(({ Records: [{ cf }] }) =>
      page(`${cf.request.body.inputTruncated} ${Buffer.from(cf.request.body.data, 'base64').length}`),
    );
    const response = await fetch(url, { method: 'PUT', body: 'x'.repeat(1_500_000) });
    expect(await response.text()).toBe('true 1048576');
  });
});

describe('Lambda@Edge on origin-response', () => {
  test('sees status and headers but no body, and may change both and replace the body', async () => {
    site.objects.set('page', { body: 'original', ContentType: 'text/html' });
    const { url } = await site.create({}, { CachePolicyId: DISABLED, ...edgeFunctions('origin-response') });
    site.onEdge(({ Records: [{ cf }] }) => {
      const { response } = cf;
      expect(response.body).toBeUndefined();
      response.headers['x-added'] = header('yes');
      return response.status === '403' ? { status: '404', headers: response.headers, body: 'gone' } : response;
    });
    const kept = await fetch(`${url}/page`);
    expect([kept.status, await kept.text(), kept.headers.get('x-added')]).toEqual([200, 'original', 'yes']);
    const replaced = await fetch(`${url}/missing`);
    expect([replaced.status, await replaced.text()]).toEqual([404, 'gone']);
  });

  test('does not run for what origin-request generated', async () => {
    const { url } = await site.create(
      {},
      { CachePolicyId: DISABLED, ...edgeFunctions('origin-request', 'origin-response') },
    );
    site.onEdge(({ Records: [{ cf }] }) => {
      expect(cf.config.eventType).toBe('origin-request');
      return page('made');
    });
    expect(await (await fetch(url)).text()).toBe('made');
    expect(site.events).toHaveLength(1);
  });
});

describe('a CloudFront Function on viewer-request', () => {
  async function withFunction(code: string) {
    const { ETag, FunctionSummary } = await site.client.send(
      new CreateFunctionCommand({
        Name: 'viewer',
        FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
        FunctionCode: Buffer.from(code),
      }),
    );
    await site.client.send(new PublishFunctionCommand({ Name: 'viewer', IfMatch: ETag }));
    const FunctionARN = FunctionSummary!.FunctionMetadata!.FunctionARN!;
    return site.create(
      {},
      {
        CachePolicyId: await dynamicPolicy(['x-forwarded-host']),
        FunctionAssociations: { Quantity: 1, Items: [{ FunctionARN, EventType: 'viewer-request' }] },
        ...edgeFunctions('origin-request'),
      },
    );
  }

  test('changes the request before the cache key is made', async () => {
    const { url } = await withFunction(`
      import crypto from 'crypto';
      async function handler(event) {
        const { request } = event;
        request.headers['x-forwarded-host'] = { value: request.headers.host.value };
        request.uri = '/' + crypto.createHash('sha256').update(request.uri).digest('hex').slice(0, 4);
        return request;
      }`);
    site.onEdge(({ Records: [{ cf }] }) =>
      page(`${cf.request.uri} ${cf.request.headers['x-forwarded-host'][0].value}`),
    );
    const host = new URL(url).host;
    const response = await fetch(`${url}/a`, { headers: { 'x-forwarded-host': 'evil' } });
    expect(await response.text()).toMatch(new RegExp(`^/[0-9a-f]{4} ${host}$`));
  });

  test('answers by itself', async () => {
    const { url } = await withFunction(
      `function handler() { return { statusCode: 302, statusDescription: 'Found', headers: { location: { value: '/x' } } }; }`,
    );
    const response = await fetch(url, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/x']);
    expect(xCache(response)).toBe('FunctionGeneratedResponse from cloudfront');
  });

  test('that throws is a 503, that returns what is refused a 502', async () => {
    const { url } = await withFunction(
      `const handler = (event) => { if (event.request.uri === '/throw') throw new Error('no'); event.request.headers.host = { value: 'x' }; return event.request; };`,
    );
    const thrown = await fetch(`${url}/throw`);
    expect([thrown.status, xCache(thrown)]).toEqual([503, 'FunctionExecutionError from cloudfront']);
    const refused = await fetch(`${url}/`);
    expect([refused.status, xCache(refused)]).toEqual([502, 'FunctionValidationError from cloudfront']);
    expect(await refused.text()).toContain('read-only header: host');
  });
});

describe('changes that spread', () => {
  test('the edge serves the old config for half of the delay', async () => {
    site.objects.set('a', { body: 'a' });
    site.objects.set('static/a', { body: 'static a' });
    const { id, url } = await site.create({}, { CachePolicyId: DISABLED });
    const { DistributionConfig: config, ETag } = await site.client.send(new GetDistributionConfigCommand({ Id: id }));
    const DefaultCacheBehavior = { ...config!.DefaultCacheBehavior!, TargetOriginId: 'static' };
    await site.client.send(
      new UpdateDistributionCommand({
        Id: id,
        IfMatch: ETag,
        DistributionConfig: { ...config!, DefaultCacheBehavior },
      }),
    );
    expect(await (await fetch(`${url}/a`)).text()).toBe('a');
    site.pass(500);
    expect(await (await fetch(`${url}/a`)).text()).toBe('static a');
  });

  test('an invalidation empties the cache when it is completed, exact paths without their queries', async () => {
    for (const key of ['page', 'other']) site.objects.set(key, { body: 'old', CacheControl: 's-maxage=600' });
    const { id, url } = await site.create({}, { CachePolicyId: await dynamicPolicy() });
    const urls = [`${url}/page`, `${url}/page?q=1`, `${url}/other`];
    const results = async () => Promise.all(urls.map(async (one) => xCache(await fetch(one))?.split(' ')[0]));
    expect(await results()).toEqual(['Miss', 'Miss', 'Miss']);
    const invalidate = (reference: string, ...Items: string[]) =>
      site.client.send(
        new CreateInvalidationCommand({
          DistributionId: id,
          InvalidationBatch: { CallerReference: reference, Paths: { Quantity: Items.length, Items } },
        }),
      );
    await invalidate('1', '/page');
    expect(await results()).toEqual(['Hit', 'Hit', 'Hit']);
    site.pass(300);
    expect(await results()).toEqual(['Miss', 'Hit', 'Hit']);
    await invalidate('2', '/page?*');
    site.pass(300);
    expect(await results()).toEqual(['Hit', 'Miss', 'Hit']);
    await invalidate('3', '/*');
    site.pass(300);
    expect(await results()).toEqual(['Miss', 'Miss', 'Miss']);
  });
});
