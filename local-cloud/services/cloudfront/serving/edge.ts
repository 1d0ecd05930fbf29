/**
 * The edge: from a viewer's request to the answer, in CloudFront's order.
 *
 * Gaps: HTTPS, HTTP/2 and 3, WebSockets, gRPC, WAF, geo restrictions, signed URLs, trusted keys, field-level encryption,
 * origin shield, real-time and access logs.
 * By design: ViewerProtocolPolicy is ignored, for there is no HTTPS to redirect to; the local cloud is one edge location,
 * so there is one cache; a new distribution answers 503 until it has reached the edge.
 */
import { createHash, randomBytes } from 'node:crypto';
import type {
  CachePolicyConfig,
  DistributionConfig,
  OriginAccessControlConfig,
  OriginRequestPolicyConfig,
  ResponseHeadersPolicyConfig,
} from '@aws-sdk/client-cloudfront';
import type { Environment } from '../../../service.ts';
import type { Distributions } from '../control/distributions.ts';
import { findPolicy } from '../control/policies.ts';
import type { PolicyKind, Store } from '../control/store.ts';
import { type Behaviour, matchBehaviour } from './behaviour.ts';
import { applyRange, isNotModified, notModified } from './conditional.ts';
import { errorPage } from './error-page.ts';
import type { FetchContext } from './fetch-object.ts';
import type { EdgeConfig } from './lambda-edge-event.ts';
import { type EdgeRequest, type EdgeResponse, EMPTY_BODY, header, without } from './message.ts';
import type { ErrorPages, Objects, Served } from './objects.ts';
import { applyResponseHeadersPolicy } from './response-headers.ts';
import { rulesOf } from './rules.ts';
import { viewerRequestEvent, viewerRequestResult } from './viewer-event.ts';
import { FunctionFailure, runViewerFunction } from './viewer-function.ts';
import { withViewerHeaders } from './viewer-headers.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-general */
const MAX_URL_BYTES = 8_192;
const POP = 'LCL50-C1';

export interface EdgeOptions {
  environment: Environment;
  store: Store;
  distributions: Distributions;
  objects: Objects;
}

/** A distribution as the edge has it now. */
interface Site {
  id: string;
  config: DistributionConfig;
  edge: EdgeConfig;
  /** A made-up host name in Via, the same for every request of the distribution. */
  name: string;
}

export type Edge = (distributionId: string, request: EdgeRequest) => Promise<EdgeResponse>;

interface Answer extends Served {
  /** As the viewer function left it. */
  request: EdgeRequest;
  behaviour?: Behaviour;
}

export function createEdge(options: EdgeOptions): Edge {
  const { environment, store, distributions } = options;
  return async (id, request) => {
    const requestId = `${randomBytes(40).toString('base64url')}==`;
    const name = createHash('md5').update(id).digest('hex');
    const record = store.distributions.get(id);
    const config = record && distributions.served(record);
    const edge = { distributionDomainName: record ? distributions.domainName(id) : '', distributionId: id, requestId };
    const refuse = (status: number, reason: string): Answer => ({ ...own(errorPage(status, reason)), request });
    const served = config
      ? await answer(options, { id, config, edge, name }, request)
      : record
        ? refuse(503, 'The distribution has not reached this edge location yet.')
        : refuse(403, 'There is no distribution at this address.');
    if (served.response.status >= 500) {
      environment.log(`${id}: ${request.method} ${request.path} → ${served.response.status} ${served.result}`);
    }
    const policyId = served.behaviour?.ResponseHeadersPolicyId;
    return finish(served, { name, requestId }, policy(store, 'ResponseHeadersPolicy', policyId));
  };
}

function policy<Config>(store: Store, kind: PolicyKind, id: string | undefined): Config | undefined {
  return id ? (findPolicy(store, kind, id)?.config as Config | undefined) : undefined;
}

async function answer(options: EdgeOptions, site: Site, request: EdgeRequest): Promise<Answer> {
  const refused = refusal(site, request);
  if (refused) return { ...own(refused), request };
  const behaviour = matchBehaviour(site.config, request.path);
  const context = contextFor(options, site, behaviour);
  const seen = { ...request, headers: withViewerHeaders(request, context.rules) };
  try {
    const result = await runFunction(options, site, behaviour, seen);
    if ('status' in result) return { ...own(result, 'FunctionGeneratedResponse'), request, behaviour };
    const root = result.path === '/' && site.config.DefaultRootObject;
    const viewer = root ? { ...result, path: `/${root}` } : result;
    const served = await options.objects.serve(context, viewer, errorPagesOf(options, site, viewer));
    return { ...served, request: viewer, behaviour };
  } catch (error) {
    if (!(error instanceof FunctionFailure)) throw error;
    options.environment.log(`${site.id}: ${error.message}`);
    const failure = error.status === 503 ? 'FunctionExecutionError' : 'FunctionValidationError';
    return { ...own(errorPage(error.status, error.message), failure), request };
  }
}

/** Requests that no behaviour takes. */
function refusal({ config }: Site, request: EdgeRequest): EdgeResponse | undefined {
  if (!config.Enabled) return errorPage(403, 'The distribution is disabled.');
  if (request.path.length + request.query.length > MAX_URL_BYTES) return errorPage(414, 'The URL is too long.');
  if (/websocket/i.test(header(request.headers, 'upgrade') ?? '')) {
    return errorPage(400, 'WebSockets are not emulated by the local cloud.');
  }
  const allowed: string[] = matchBehaviour(config, request.path).AllowedMethods?.Items ?? ['HEAD', 'GET'];
  if (!allowed.includes(request.method)) {
    return errorPage(403, `This distribution is not configured to allow the HTTP request method ${request.method}.`);
  }
  const bodied = request.method === 'GET' && request.body.length > 0;
  return bodied ? errorPage(403, 'A GET request must not have a body.') : undefined;
}

function contextFor(
  { environment, store, distributions }: EdgeOptions,
  site: Site,
  behaviour: Behaviour,
): FetchContext {
  return {
    call: environment.call,
    config: site.config,
    behaviour,
    rules: rulesOf(
      behaviour,
      policy<CachePolicyConfig>(store, 'CachePolicy', behaviour.CachePolicyId),
      policy<OriginRequestPolicyConfig>(store, 'OriginRequestPolicy', behaviour.OriginRequestPolicyId),
    ),
    edge: site.edge,
    edgeName: site.name,
    distributionCaller: {
      ...environment.asService('cloudfront.amazonaws.com'),
      sourceArn: distributions.arn(site.id),
    },
    edgeCaller: environment.asService('edgelambda.amazonaws.com', 'us-east-1'),
    signs: (id) => policy<OriginAccessControlConfig>(store, 'OriginAccessControl', id)?.SigningBehavior !== 'never',
  };
}

/** The viewer function of the behaviour: the request it made of this one, or its response. */
async function runFunction(
  { environment, store }: EdgeOptions,
  site: Site,
  behaviour: Behaviour,
  request: EdgeRequest,
) {
  const association = behaviour.FunctionAssociations?.Items?.find(({ EventType }) => EventType === 'viewer-request');
  const name = association?.FunctionARN?.split('/').at(-1);
  const live = name ? store.functions.get(name)?.live : undefined;
  if (!name || !live) return request;
  const code = Buffer.from(live.codeBase64, 'base64').toString('utf8');
  const event = viewerRequestEvent(site.edge, request);
  const result = await runViewerFunction(code, event, (line) => environment.log(`${name}: ${line}`));
  return viewerRequestResult(result, request);
}

function errorPagesOf(options: EdgeOptions, site: Site, viewer: EdgeRequest): ErrorPages {
  return async (response) => {
    const custom = site.config.CustomErrorResponses?.Items?.find(({ ErrorCode }) => ErrorCode === response.status);
    if (!custom?.ResponsePagePath) return response;
    const request = {
      ...viewer,
      method: 'GET',
      path: custom.ResponsePagePath,
      query: '',
      headers: without(viewer.headers, (name) => /^(if-|range|content-|origin$)/.test(name)),
      body: EMPTY_BODY,
    };
    const context = contextFor(options, site, matchBehaviour(site.config, custom.ResponsePagePath));
    const page = await options.objects.serve(context, request, async (error) => error);
    if (page.response.status !== 200) return response;
    // Conditions of the page are not conditions of the address that failed.
    const headers = without(page.response.headers, (name) => name === 'etag' || name === 'last-modified');
    return { status: Number(custom.ResponseCode), headers, body: page.response.body };
  };
}

/** An answer that the edge made itself. */
const own = (response: EdgeResponse, result = 'Error'): Served => ({ response, result, kept: false });

/** Conditions, ranges, the response headers policy, and CloudFront's own headers. */
function finish(
  { response, result, age, kept, request }: Answer,
  { name, requestId }: { name: string; requestId: string },
  policy: ResponseHeadersPolicyConfig | undefined,
): EdgeResponse {
  const readable = request.method === 'GET' || request.method === 'HEAD';
  const conditional = kept && readable && response.status === 200;
  let answer = response;
  if (conditional && isNotModified(request, response)) answer = notModified(response);
  else if (conditional && age !== undefined && request.method === 'GET') answer = applyRange(request, response);
  const via = `1.1 ${name}.cloudfront.net (CloudFront)`;
  return {
    ...answer,
    headers: {
      ...applyResponseHeadersPolicy(answer.headers, policy, request),
      ...(!answer.headers.server && { server: ['CloudFront'] }),
      via: [[...(answer.headers.via ?? []), via].join(', ')],
      'x-cache': [`${result} from cloudfront`],
      'x-amz-cf-pop': [POP],
      'x-amz-cf-id': [requestId],
      ...(age !== undefined && result !== 'RefreshHit' && { age: [String(age)] }),
    },
  };
}
