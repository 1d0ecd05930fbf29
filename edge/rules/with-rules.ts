/**
 * Rewrites, redirects and custom headers of the app's owner, around the function that knows Next.js or the files. A request
 * that goes on to S3 or to another site takes along what its response must be told: the path as visited, and a status.
 */
import type { CloudFrontHeaders, CloudFrontRequest, CloudFrontResultResponse } from 'aws-lambda';
import { createHeadersFor } from '../../domain/header-patterns.ts';
import { RELEASE_HEADER } from '../../domain/release-header.ts';
import { compileRule, firstRule, type Outcome, type RewriteRule, type Visited } from '../../domain/rewrites.ts';
import { cacheControlOfPage, STALE_SECONDS } from '../default/cache-control.ts';
import type { EdgeAnswer, EdgeEvent } from '../default/handler.ts';
import { isAllowedInResponse } from '../shared/headers.ts';
import type { Settings } from '../shared/settings.ts';
import { proxied } from './proxied.ts';

export type EdgeHandler = (event: EdgeEvent) => Promise<EdgeAnswer>;

const PATH_HEADER = 'x-towpath-visited';
const STATUS_HEADER = 'x-towpath-status';
const REWRITTEN_HEADER = 'x-towpath-rewritten';
/** Kept by the CDN until a deployment with other rules invalidates everything; browsers ask each time. */
const REDIRECT_CACHE_CONTROL = 'public, max-age=0, s-maxage=86400';

const isResponse = (answer: EdgeAnswer): answer is CloudFrontResultResponse => 'status' in answer;
const textOf = (headers: CloudFrontHeaders, name: string) => headers[name]?.[0]?.value;
const header = (name: string, value: string): CloudFrontHeaders => ({ [name]: [{ key: name, value }] });

function visitedBy({ uri, querystring, headers }: CloudFrontRequest): Visited {
  const host = textOf(headers, 'x-forwarded-host') ?? textOf(headers, 'host') ?? '';
  const country = textOf(headers, 'cloudfront-viewer-country');
  return { host: host.replace(/:\d+$/, ''), path: uri, query: querystring, ...(country !== undefined && { country }) };
}

const redirect = ({ status, location }: Extract<Outcome, { kind: 'redirect' }>): CloudFrontResultResponse => ({
  status: String(status),
  statusDescription: status === 301 ? 'Moved Permanently' : 'Found',
  headers: {
    ...header('location', location.replace(/[^\x21-\x7e]/g, encodeURIComponent)),
    ...header('cache-control', REDIRECT_CACHE_CONTROL),
  },
});

const at = (request: CloudFrontRequest, { path, query }: Extract<Outcome, { kind: 'rewrite' }>): CloudFrontRequest => ({
  ...request,
  uri: path,
  querystring: query,
});

const withStatus = (answer: CloudFrontResultResponse, status: string | undefined): CloudFrontResultResponse =>
  status !== undefined && answer.status === '200' ? { ...answer, status, statusDescription: '' } : answer;

/** As behind rewrites of Next's own: what changes is cleared from the CDN by its own address alone. */
function keptForAMoment(response: CloudFrontResultResponse): CloudFrontResultResponse {
  const cacheControl = textOf(response.headers ?? {}, 'cache-control') ?? '';
  const seconds = Number(/\bs-maxage=(\d+)/.exec(cacheControl)?.[1] ?? 0);
  if (seconds <= STALE_SECONDS) return response;
  return {
    ...response,
    headers: { ...response.headers, ...header('cache-control', cacheControlOfPage(STALE_SECONDS)) },
  };
}

/** As CloudFront would ask the handler for `request`. */
const asEvent = (event: EdgeEvent, request: CloudFrontRequest): EdgeEvent => {
  const [record] = event.Records;
  return { Records: [{ cf: { config: record?.cf.config, request } }] } as EdgeEvent;
};

interface Told {
  /** Instead of 200: what redirects, fails or is not modified stays what it is. */
  status?: string;
  /** Whether it is the answer of another address. */
  isRewritten?: boolean;
}

export function withRules(
  handler: EdgeHandler,
  { rules, release, rendering }: Pick<Settings, 'rules' | 'release' | 'rendering'>,
  whenMissing: (request: CloudFrontRequest) => EdgeAnswer | undefined = () => undefined,
): EdgeHandler {
  if (!rules) return handler;
  const rewrites = (rules.rewrites as RewriteRule[]).map(compileRule);
  const headersFor = createHeadersFor(rules.headers);

  function finished(response: CloudFrontResultResponse, path: string): CloudFrontResultResponse {
    const added = Object.entries({ ...headersFor(path), [RELEASE_HEADER]: release })
      .filter(([name]) => isAllowedInResponse(name))
      .map(([name, value]) => header(name, value));
    return { ...response, headers: Object.assign({}, response.headers, ...added) };
  }

  /** Of a static site, each deployment that changes something clears everything. */
  const rewritten = (response: CloudFrontResultResponse) =>
    rendering === 'static' ? response : keptForAMoment(response);

  /** A generated response is told at once; a request takes along what its response has to be told. */
  function leaving(answer: EdgeAnswer, path: string, { status, isRewritten = false }: Told = {}): EdgeAnswer {
    if (isResponse(answer)) {
      const told = withStatus(answer, status);
      return finished(isRewritten ? rewritten(told) : told, path);
    }
    const taken = {
      ...header(PATH_HEADER, path),
      ...(status !== undefined && header(STATUS_HEADER, status)),
      ...(isRewritten && header(REWRITTEN_HEADER, '1')),
    };
    return { ...answer, headers: { ...answer.headers, ...taken } };
  }

  async function missing(event: EdgeEvent, request: CloudFrontRequest, answer: EdgeAnswer): Promise<EdgeAnswer> {
    const { outcome, rule } = firstRule(rewrites, visitedBy(request), true);
    const status = rule?.status === '404' ? '404' : '200';
    if (outcome?.kind === 'rewrite') {
      const target = await handler(asEvent(event, at(request, outcome)));
      if (!isResponse(target) || target.status !== '404')
        return leaving(target, request.uri, { status, isRewritten: true });
    }
    const own = whenMissing(request);
    return own ? leaving(own, request.uri, { status: '404' }) : leaving(answer, request.uri);
  }

  async function requested(event: EdgeEvent, request: CloudFrontRequest): Promise<EdgeAnswer> {
    const { outcome } = firstRule(rewrites, visitedBy(request), false);
    if (outcome?.kind === 'redirect') return finished(redirect(outcome), request.uri);
    if (outcome?.kind === 'proxy') return leaving(proxied(request, outcome.url), request.uri);
    const visited = outcome?.kind === 'rewrite' ? at(request, outcome) : request;
    const answer = await handler(asEvent(event, visited));
    if (isResponse(answer) && answer.status === '404') return missing(event, request, answer);
    return leaving(answer, request.uri, { isRewritten: outcome?.kind === 'rewrite' });
  }

  return async (event) => {
    const cf = event.Records[0]?.cf;
    if (!cf) return handler(event);
    if (!('response' in cf)) return requested(event, cf.request);
    const { request, response } = cf;
    const own = request.origin?.custom ? response : ((await handler(event)) as CloudFrontResultResponse);
    const told = withStatus(own as CloudFrontResultResponse, textOf(request.headers, STATUS_HEADER));
    const isRewritten = textOf(request.headers, REWRITTEN_HEADER) !== undefined;
    return finished(isRewritten ? rewritten(told) : told, textOf(request.headers, PATH_HEADER) ?? request.uri);
  };
}
