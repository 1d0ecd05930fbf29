/**
 * Events of CloudFront Functions on viewer-request, and what they return. Pure.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
import { STATUS_CODES } from 'node:http';
import { isDisallowed, READ_ONLY } from './edge-headers.ts';
import type { EdgeConfig } from './lambda-edge-event.ts';
import { cookiePairs, type EdgeRequest, type EdgeResponse, type HeaderMap, pieceName, queryPieces } from './message.ts';
import { FunctionFailure } from './viewer-function.ts';

interface Value {
  value: string;
  multiValue?: { value: string }[];
  attributes?: string;
}
type Values = Record<string, Value>;

interface ViewerResult {
  statusCode?: unknown;
  statusDescription?: string;
  headers?: Values;
  cookies?: Values;
  body?: string | { encoding?: 'text' | 'base64'; data?: string };
  method?: unknown;
  uri?: unknown;
  querystring?: Values | string;
}

export function viewerRequestEvent(config: EdgeConfig, request: EdgeRequest) {
  const { cookie: _, ...headers } = request.headers;
  const shown = Object.entries(headers).filter(([name]) => !isDisallowed(name));
  return {
    version: '1.0',
    context: { ...config, eventType: 'viewer-request' },
    viewer: { ip: request.clientIp },
    request: {
      method: request.method,
      uri: request.path,
      querystring: grouped(queryPieces(request.query)),
      headers: Object.fromEntries(shown.map(([name, values]) => [name, valueFrom(values)])),
      cookies: grouped(cookiePairs(request.headers)),
    },
  };
}

/** The request to go on with, or the response that the function made. */
export function viewerRequestResult(result: unknown, sent: EdgeRequest): EdgeRequest | EdgeResponse {
  if (!result || typeof result !== 'object') {
    throw new FunctionFailure(
      502,
      'The CloudFront function returned an invalid value: it must return a request or a response.',
    );
  }
  const raw = result as ViewerResult;
  return raw.statusCode === undefined ? changedRequest(raw, sent) : generatedResponse(raw);
}

function changedRequest(raw: ViewerResult, sent: EdgeRequest): EdgeRequest {
  if (typeof raw.uri !== 'string' || !raw.uri.startsWith('/')) {
    throw new FunctionFailure(
      502,
      'The CloudFront function returned an invalid value: request.uri must start with a slash.',
    );
  }
  const headers = headersOf(raw.headers ?? {});
  const changed = READ_ONLY['viewer-request'].find((name) => joined(headers[name]) !== joined(sent.headers[name]));
  if (changed) {
    throw new FunctionFailure(
      502,
      `The CloudFront function tried to add, delete, or change a read-only header: ${changed}.`,
    );
  }
  const cookies = ungrouped(raw.cookies ?? {});
  if (cookies.length) headers.cookie = [cookies.join('; ')];
  return { ...sent, path: raw.uri, query: queryOf(raw.querystring, sent.query), headers };
}

function generatedResponse(raw: ViewerResult): EdgeResponse {
  const status = Number(raw.statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new FunctionFailure(502, `The CloudFront function returned an invalid status code: ${raw.statusCode}.`);
  }
  const { body } = raw;
  const bytes =
    typeof body === 'object'
      ? Buffer.from(body.data ?? '', body.encoding === 'base64' ? 'base64' : 'utf8')
      : Buffer.from(body ?? '');
  const headers = headersOf(raw.headers ?? {});
  const cookies = Object.entries(raw.cookies ?? {}).flatMap(([name, value]) =>
    (value.multiValue ?? [value]).map(
      (one: Value) => `${name}=${one.value}${one.attributes ? `; ${one.attributes}` : ''}`,
    ),
  );
  if (cookies.length) headers['set-cookie'] = cookies;
  return {
    status,
    statusText: raw.statusDescription ?? STATUS_CODES[status],
    headers: { ...headers, 'content-length': [String(bytes.length)] },
    body: bytes,
  };
}

function headersOf(values: Values): HeaderMap {
  const headers: HeaderMap = {};
  for (const [name, value] of Object.entries(values)) {
    if (name !== name.toLowerCase() || isDisallowed(name)) {
      throw new FunctionFailure(502, `The CloudFront function returned a header that is not allowed: ${name}.`);
    }
    if (name === 'cookie')
      throw new FunctionFailure(502, 'The CloudFront function set the header cookie: use cookies.');
    const list = value.multiValue?.map((one) => one.value) ?? [value.value];
    if (list.some((one) => typeof one !== 'string' || /[\r\n\0]/.test(one))) {
      throw new FunctionFailure(502, `The CloudFront function returned an invalid value of the header ${name}.`);
    }
    headers[name] = list;
  }
  return headers;
}

/** An untouched query string stays as the viewer wrote it. */
function queryOf(values: Values | string | undefined, sent: string): string {
  if (typeof values === 'string') return values;
  const before = grouped(queryPieces(sent));
  return JSON.stringify(values ?? {}) === JSON.stringify(before) ? sent : ungrouped(values ?? {}).join('&');
}

const joined = (values: string[] | undefined): string => (values ?? []).join(',');

function valueFrom(values: string[]): Value {
  const last = { value: values.at(-1) ?? '' };
  return values.length > 1 ? { ...last, multiValue: values.map((value) => ({ value })) } : last;
}

function grouped(pieces: string[]): Values {
  const lists = new Map<string, string[]>();
  for (const piece of pieces) {
    const name = pieceName(piece);
    lists.set(name, [...(lists.get(name) ?? []), piece.slice(name.length + 1)]);
  }
  return Object.fromEntries([...lists].map(([name, values]) => [name, valueFrom(values)]));
}

function ungrouped(values: Values): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    (value.multiValue ?? [value]).map((one) => `${name}=${one.value}`),
  );
}
