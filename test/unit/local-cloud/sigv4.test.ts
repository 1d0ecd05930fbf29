import { describe, expect, test } from '@jest/globals';
import { AwsV4Signer } from 'aws4fetch';
import { decodeAwsChunked } from '../../../local-cloud/protocol/aws-chunked.ts';
import { readSignature, refuse } from '../../../local-cloud/protocol/sigv4.ts';
import type { WireRequest } from '../../../local-cloud/service.ts';

/** The key and requests of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
const key = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const signedAt = Date.parse('2013-05-24T00:00:00Z');

const documented: WireRequest = {
  method: 'GET',
  url: '/test.txt',
  body: new Uint8Array(),
  headers: {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': EMPTY,
    'x-amz-date': '20130524T000000Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,' +
      'SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,' +
      'Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
};

const presigned: WireRequest = {
  method: 'GET',
  url:
    '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
    '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
    '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  body: new Uint8Array(),
  headers: { host: 'examplebucket.s3.amazonaws.com' },
};

function verdict(request: WireRequest, options: { now?: number; key?: typeof key & { sessionToken?: string } } = {}) {
  const signature = readSignature(request);
  if (!signature) throw new Error('the request has no signature');
  return refuse(request, signature, options.key ?? key, options.now ?? signedAt)?.code;
}

async function signed(url: string, init: { method?: string; body?: string; service: string; token?: string }) {
  const signer = new AwsV4Signer({
    ...key,
    url,
    method: init.method ?? 'POST',
    body: init.body,
    service: init.service,
    region: 'eu-west-1',
    sessionToken: init.token,
    datetime: '20130524T000000Z',
  });
  const { method, headers, body } = await signer.sign();
  const target = new URL(url);
  const request: WireRequest = {
    method,
    url: target.pathname + target.search,
    headers: { host: target.host, ...Object.fromEntries(headers) },
    body: Buffer.from((body as string | undefined) ?? ''),
  };
  return request;
}

describe('the documented examples', () => {
  test('are verified', () => {
    expect(verdict(documented)).toBeUndefined();
    expect(verdict(presigned)).toBeUndefined();
    expect(verdict(presigned, { now: signedAt + 86_400_000 })).toBeUndefined();
  });

  test('name the key, the service and the Region', () => {
    const scope = { accessKeyId: key.accessKeyId, service: 's3', region: 'us-east-1', date: '20130524' };
    expect(readSignature(documented)).toMatchObject({ ...scope, signedHeaders: expect.arrayContaining(['range']) });
    expect(readSignature(presigned)).toMatchObject({ ...scope, expiresSeconds: 86_400 });
  });
});

describe('refused', () => {
  const changed = (headers: Record<string, string>, more: Partial<WireRequest> = {}) => ({
    ...documented,
    ...more,
    headers: { ...documented.headers, ...headers },
  });

  test.each([
    ['another path', changed({}, { url: '/other.txt' }), 'SignatureDoesNotMatch'],
    ['another method', changed({}, { method: 'DELETE' }), 'SignatureDoesNotMatch'],
    ['an added query', changed({}, { url: '/test.txt?acl' }), 'SignatureDoesNotMatch'],
    ['another signed header', changed({ range: 'bytes=0-99' }), 'SignatureDoesNotMatch'],
    ['another body', changed({}, { body: Buffer.from('x') }), 'XAmzContentSHA256Mismatch'],
    ['another date', changed({ 'x-amz-date': '20130525T000000Z' }), 'IncompleteSignature'],
    ['a token that is not of the key', changed({ 'x-amz-security-token': 'x' }), 'InvalidToken'],
    ['a changed presigned query', { ...presigned, url: `${presigned.url}&versionId=1` }, 'SignatureDoesNotMatch'],
  ])('%s', (_, request, code) => {
    expect(verdict(request)).toBe(code);
  });

  test('another secret, an unknown key', () => {
    expect(verdict(documented, { key: { ...key, secretAccessKey: 'guess' } })).toBe('SignatureDoesNotMatch');
    expect(refuse(documented, readSignature(documented)!, undefined, signedAt)?.code).toBe('InvalidAccessKeyId');
  });

  test('too late, too early', () => {
    const minutes = (count: number) => signedAt + count * 60_000;
    expect(verdict(documented, { now: minutes(15) })).toBeUndefined();
    expect(verdict(documented, { now: minutes(15) + 1 })).toBe('RequestTimeTooSkewed');
    expect(verdict(documented, { now: minutes(-16) })).toBe('RequestTimeTooSkewed');
    expect(verdict(presigned, { now: signedAt + 86_400_001 })).toBe('AccessDenied');
  });

  test('a request without a signature has none', () => {
    expect(readSignature({ url: '/a?b=c', headers: {} })).toBeUndefined();
    expect(readSignature({ url: '/', headers: { authorization: 'Bearer x' } })).toBeUndefined();
  });
});

describe('requests that another implementation signed', () => {
  test.each([
    ['a JSON body', 'http://127.0.0.1:4566/', { service: 'states', body: '{"a":"é"}' }],
    [
      'a path with an ARN',
      'http://127.0.0.1:4566/2015-03-31/functions/arn%3Aaws%3Alambda/invocations',
      { service: 'lambda' },
    ],
    ['a query in disorder', 'http://127.0.0.1:4566/x?b=2&a=1&a=0&c', { service: 'lambda', method: 'GET' }],
    ['a session token', 'http://127.0.0.1:4566/', { service: 'iam', body: 'Action=GetRole', token: 't/o=k+en' }],
  ])('%s', async (_, url, init: { service: string; body?: string; method?: string; token?: string }) => {
    const request = await signed(url, init);
    const known = { ...key, sessionToken: init.token };
    expect(verdict(request, { key: known })).toBeUndefined();
    const tampered = { ...request, url: `${request.url}${request.url.includes('?') ? '&' : '?'}z=1` };
    expect(verdict(tampered, { key: known })).toBe('InvalidSignatureException');
  });
});

describe('aws-chunked bodies', () => {
  const chunked = (body: string, headers: Record<string, string> = {}): WireRequest => ({
    method: 'PUT',
    url: '/b/k',
    headers: {
      'content-encoding': 'gzip, aws-chunked',
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      ...headers,
    },
    body: Buffer.from(body),
  });

  test('are joined, their trailers become headers', () => {
    const body = '5\r\nhello\r\n6;chunk-signature=abc\r\n\r\nrld!\r\n0\r\nx-amz-checksum-crc32: AAAAAA==\r\n\r\n';
    const decoded = decodeAwsChunked(chunked(body, { 'x-amz-decoded-content-length': '11' }));
    expect(Buffer.from(decoded.body).toString()).toBe('hello\r\nrld!');
    expect(decoded.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-length': '11',
      'x-amz-checksum-crc32': 'AAAAAA==',
    });
  });

  test('may be empty', () => {
    const decoded = decodeAwsChunked(chunked('0\r\n\r\n', { 'content-encoding': 'aws-chunked' }));
    expect(decoded.body).toHaveLength(0);
    expect(decoded.headers['content-encoding']).toBeUndefined();
  });

  test.each([
    ['cut inside a chunk', '5\r\nhel', {}],
    ['without an end', '5\r\nhello\r\n', {}],
    ['of another length than was told', '5\r\nhello\r\n0\r\n\r\n', { 'x-amz-decoded-content-length': '6' }],
  ])('%s are refused', (_, body, headers) => {
    expect(() => decodeAwsChunked(chunked(body, headers))).toThrow(expect.objectContaining({ code: 'IncompleteBody' }));
  });
});
