/** One function for both events: origin-request answers or points to S3, origin-response completes what S3 answers. */
import type {
  CloudFrontRequest,
  CloudFrontRequestEvent,
  CloudFrontResponseEvent,
  CloudFrontResultResponse,
} from 'aws-lambda';
import { RELEASE_HEADER } from '../../domain/release-header.ts';
import type { Incremental } from '../isr/incremental.ts';
import type { Bucket } from '../shared/bucket.ts';
import { errorResponse, pathOf, toVisit, type Visit } from '../shared/cloudfront.ts';
import { once } from '../shared/once.ts';
import type { Settings } from '../shared/settings.ts';
import { fileInBucket, toBucket, withinLimit } from '../shared/spill.ts';
import { cacheControlOf } from './cache-control.ts';
import { createFastPath, type FastPath, hasPreviewCookie, partAsked, type StoredFile } from './fast-path.ts';
import { restore } from './origin-response.ts';
import type { Renderer } from './render/strategy.ts';
import { createVisitorCheck } from './visitor-check.ts';

export type EdgeEvent = CloudFrontRequestEvent | CloudFrontResponseEvent;
export type EdgeAnswer = CloudFrontRequest | CloudFrontResultResponse;

export interface Ports {
  bucket: Bucket;
  incremental: Incremental;
  /** Called once, by the first request that needs Next. */
  loadRenderer(): Promise<Renderer>;
}

function withCacheRules(
  { request, target }: Visit,
  response: Response,
  settings: Settings,
  depends: boolean,
): Response {
  const headers = new Headers(response.headers);
  const cacheControl = cacheControlOf({
    method: request.method,
    status: response.status,
    cacheControl: headers.get('cache-control'),
    vary: headers.get('vary'),
    setsCookies: headers.has('set-cookie'),
    isAuthorized: request.headers.has('authorization'),
    hasPreviewCookie: hasPreviewCookie(request.headers.get('cookie') ?? ''),
    dependsOnVisitor: depends,
  });
  headers.set('cache-control', cacheControl);
  headers.set(RELEASE_HEADER, settings.release);
  if (response.status >= 500)
    console.error(JSON.stringify({ message: 'server error', target, status: response.status }));
  return new Response(response.body, { status: response.status, headers });
}

const MAX_REMEMBERED = 10_000;

/** Answers whether the bucket has a page that was rendered on demand. What is there once, stays as long as the release. */
function createPresence({ pages }: Incremental) {
  const present = new Set<string>();
  return async ({ uri, key = '', part = 'html' }: StoredFile): Promise<boolean> => {
    if (present.has(uri)) return true;
    if (!(await pages.about(key, part).catch(() => undefined))) return false;
    if (present.size >= MAX_REMEMBERED) present.clear();
    present.add(uri);
    return true;
  };
}

interface OriginRequestPorts extends Omit<Ports, 'loadRenderer'> {
  renderer(): Promise<Renderer>;
}

function createOriginRequest(settings: Settings, fastPath: FastPath, ports: OriginRequestPorts) {
  const { bucket, incremental, renderer } = ports;
  const isPresent = createPresence(incremental);
  const dependsOnVisitor = createVisitorCheck(settings);

  async function storedAnswer(event: CloudFrontRequest): Promise<CloudFrontRequest | undefined> {
    const part = partAsked((name) => event.headers[name]?.[0]?.value);
    if (!part) return undefined;
    const cookies = (event.headers.cookie ?? []).map(({ value }) => value).join('; ');
    const host = event.headers['x-forwarded-host']?.[0]?.value ?? '';
    const asked = {
      method: event.method,
      path: event.uri,
      host,
      cookies,
      part,
      tellsOrigin: event.headers['next-url'] !== undefined,
    };
    const file = fastPath.find(asked);
    if (file) return file.key === undefined ? fileInBucket(event, file.uri) : toBucket(event, file.uri);
    const onDemand = fastPath.findOnDemand(asked);
    return onDemand && (await isPresent(onDemand)) ? toBucket(event, onDemand.uri) : undefined;
  }

  return async (event: CloudFrontRequest): Promise<EdgeAnswer> => {
    const stored = await storedAnswer(event);
    if (stored) return stored;
    if (event.body?.inputTruncated) {
      const message = `CloudFront shows an edge function at most 1 MB of a request's body; ${event.uri} was sent more.`;
      return withinLimit(errorResponse(413, 'REQUEST_TOO_LARGE', message), event, bucket);
    }
    const visit = toVisit(event);
    const response = await (await renderer()).render(visit.request, { target: visit.target });
    const depends = dependsOnVisitor(pathOf(visit.target));
    return withinLimit(withCacheRules(visit, response, settings, depends), event, bucket);
  };
}

export function createHandler(settings: Settings, ports: Ports): (event: EdgeEvent) => Promise<EdgeAnswer> {
  const { bucket, incremental, loadRenderer } = ports;
  const renderer = once(loadRenderer);
  const fastPath = createFastPath(settings);
  const originRequest = createOriginRequest(settings, fastPath, { bucket, incremental, renderer });
  return async (event) => {
    const cf = event.Records[0]?.cf;
    if (!cf) throw new Error('The event holds no CloudFront record.');
    if (!('response' in cf)) return originRequest(cf.request);
    return restore(cf.request, cf.response, { settings, fastPath, bucket, incremental, renderer });
  };
}
