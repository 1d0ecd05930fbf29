/**
 * What a Lambda@Edge function returned, validated as CloudFront does. Pure.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-generating-http-responses.html
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-testing-debugging.html
 */
import { type EdgeEvent, isDisallowed, READ_ONLY } from './edge-headers.ts';
import { type EdgeResponse, EMPTY_BODY, type HeaderMap } from './message.ts';
import type { EventHeaders, OriginRequest, OriginTarget } from './origin-request.ts';

/** Headers and body together, for responses at origin events. */
const MAX_RESULT_BYTES = 1_048_576;

/** 502 to the viewer, with the reason. */
export class InvalidResult extends Error {}

export type EdgeResult = { kind: 'request'; request: OriginRequest } | { kind: 'response'; response: EdgeResponse };

interface RawResult {
  status?: unknown;
  statusDescription?: unknown;
  headers?: unknown;
  body?: unknown;
  bodyEncoding?: unknown;
  uri?: unknown;
  querystring?: unknown;
  method?: unknown;
  origin?: OriginTarget;
}

export function originRequestResult(result: unknown, sent: OriginRequest): EdgeResult {
  const raw = objectOf(result);
  if ('status' in raw) {
    return { kind: 'response', response: responseOf(raw, {}, 'origin-request', EMPTY_BODY) };
  }
  if (typeof raw.uri !== 'string' || !raw.uri.startsWith('/')) {
    throw new InvalidResult(
      'The Lambda function result failed validation: The uri is not a string that starts with a slash.',
    );
  }
  if (raw.method !== sent.method) {
    throw new InvalidResult('The Lambda function result failed validation: The function tried to change the method.');
  }
  if (raw.querystring !== undefined && typeof raw.querystring !== 'string') {
    throw new InvalidResult('The Lambda function result failed validation: The querystring is not a string.');
  }
  const headers = headersOf(raw.headers, shownOf(sent.headers), 'origin-request');
  const target = raw.origin === undefined ? sent.target : targetOfResult(raw.origin);
  const body = replacedBody(raw.body) ?? sent.body;
  const length: HeaderMap = body === sent.body ? {} : { 'content-length': [String(body.length)] };
  const request = {
    ...sent,
    uri: raw.uri,
    query: raw.querystring ?? '',
    headers: { ...headers, ...length },
    body,
    target,
  };
  return { kind: 'request', request };
}

export function originResponseResult(result: unknown, origin: EdgeResponse): EdgeResponse {
  const raw = objectOf(result);
  if (!('status' in raw)) {
    throw new InvalidResult('The Lambda function result failed validation: The status is missing.');
  }
  return responseOf(raw, origin.headers, 'origin-response', origin.body);
}

function responseOf(raw: RawResult, before: HeaderMap, event: EdgeEvent, bodyBefore: Buffer): EdgeResponse {
  const status = Number(raw.status);
  if (!['string', 'number'].includes(typeof raw.status) || !Number.isInteger(status) || status < 200 || status > 599) {
    throw new InvalidResult(
      'The Lambda function result failed validation: The status is not a number from 200 to 599.',
    );
  }
  const headers = headersOf(raw.headers ?? {}, shownOf(before), event);
  const replaced = raw.body !== undefined && raw.body !== null;
  const body = replaced ? textOrBase64(raw.body, raw.bodyEncoding) : bodyBefore;
  if (status === 204 && replaced && body.length > 0) {
    throw new InvalidResult('The Lambda function result failed validation: A 204 response must not have a body.');
  }
  const size =
    replaced || event === 'origin-request' ? bytesOf(headers) + Buffer.byteLength(String(raw.body ?? '')) : 0;
  if (size > MAX_RESULT_BYTES) {
    throw new InvalidResult(
      `The Lambda function result failed validation: The body is not a string, is not an object, or exceeds the maximum size. It is ${size} bytes with its headers; ${MAX_RESULT_BYTES} are allowed.`,
    );
  }
  const statusText = typeof raw.statusDescription === 'string' ? raw.statusDescription : undefined;
  const length: HeaderMap = replaced || event === 'origin-request' ? { 'content-length': [String(body.length)] } : {};
  return { status, statusText, headers: { ...headers, ...length }, body };
}

function objectOf(result: unknown): RawResult {
  if (!result || typeof result !== 'object' || Array.isArray(result)) {
    throw new InvalidResult('The Lambda function result failed validation: The result is not an object.');
  }
  return result;
}

function headersOf(given: unknown, before: HeaderMap, event: EdgeEvent): HeaderMap {
  if (!given || typeof given !== 'object' || Array.isArray(given)) {
    throw new InvalidResult('The Lambda function returned an invalid headers object: It must be an object.');
  }
  const headers: HeaderMap = {};
  for (const [name, entries] of Object.entries(given as EventHeaders)) {
    headers[name.toLowerCase()] = valuesOf(name, entries);
  }
  for (const name of Object.keys(headers)) {
    if (isDisallowed(name)) {
      throw new InvalidResult(
        `The Lambda function result failed validation: The function tried to add, delete, or change a disallowed header: ${name}.`,
      );
    }
  }
  const readOnly = READ_ONLY[event].filter((name) => String(headers[name] ?? '') !== String(before[name] ?? ''));
  // A generated response has no headers before it; Content-Length there is CloudFront's to set.
  if (readOnly[0] && !(readOnly[0] === 'content-length' && Object.keys(before).length === 0)) {
    throw new InvalidResult(
      `The Lambda function result failed validation: The function tried to add, delete, or change a read-only header: ${readOnly[0]}.`,
    );
  }
  return headers;
}

function valuesOf(name: string, entries: unknown): string[] {
  const invalid = (why: string) =>
    new InvalidResult(`The Lambda function returned an invalid entry in the headers object: ${why} (${name})`);
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name))
    throw invalid('The header name has characters that are not allowed.');
  if (!Array.isArray(entries)) throw invalid('Each header entry in the headers object must be an array.');
  return entries.map((entry: { key?: unknown; value?: unknown }) => {
    if (typeof entry?.value !== 'string') throw invalid('Each header entry must have a value that is a string.');
    if (entry.key !== undefined && String(entry.key).toLowerCase() !== name.toLowerCase()) {
      throw invalid('The key of an entry must be the name of its header in any case.');
    }
    if (/[\r\n\0]/.test(entry.value)) throw invalid('The header value has characters that are not allowed.');
    return entry.value;
  });
}

/** What the function was shown: a disallowed header that it cannot see isn't one it deleted. */
const shownOf = (headers: HeaderMap): HeaderMap =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !isDisallowed(name)));

function textOrBase64(body: unknown, encoding: unknown): Buffer {
  if (typeof body !== 'string' || (encoding !== undefined && encoding !== 'text' && encoding !== 'base64')) {
    throw new InvalidResult(
      'The Lambda function result failed validation: The body is not a string, is not an object, or exceeds the maximum size.',
    );
  }
  return Buffer.from(body, encoding === 'base64' ? 'base64' : 'utf8');
}

function replacedBody(body: unknown): Buffer | undefined {
  const given = body as { action?: string; data?: unknown; encoding?: string } | undefined;
  return given?.action === 'replace' ? textOrBase64(given.data ?? '', given.encoding) : undefined;
}

function targetOfResult(origin: OriginTarget): OriginTarget {
  const count = Number('s3' in origin) + Number('custom' in origin);
  if (count !== 1) {
    throw new InvalidResult('The Lambda function result failed validation: The origin must be either s3 or custom.');
  }
  return origin;
}

function bytesOf(headers: HeaderMap): number {
  return Object.entries(headers).reduce(
    (sum, [name, values]) => sum + values.reduce((inner, value) => inner + name.length + value.length + 4, 0),
    0,
  );
}
