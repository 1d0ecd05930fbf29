/**
 * Serves objects from the cache or, once per key at a time, from the origin.
 * By design: simultaneous requests share an answer only when it may be kept; HEAD and Range answers aren't kept.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#request-custom-traffic-spikes
 */
import { cacheKey } from './cache-key.ts';
import { type FetchContext, type Fetched, fetchObject } from './fetch-object.ts';
import { type CompletedSince, createInvalidator, errorMinTtl, type Invalidator, keptObject } from './keep-object.ts';
import { refreshed, viewerVersion } from './kept-response.ts';
import type { EdgeRequest, EdgeResponse } from './message.ts';
import { type CachedObject, createObjectCache, type ObjectCache } from './object-cache.ts';

export interface Served {
  response: EdgeResponse;
  /** The first word of x-cache. */
  result: string;
  /** Seconds in the cache, for what came from there. */
  age?: number;
  /** Whether the edge holds the whole object, and so may answer conditions and ranges itself. */
  kept: boolean;
}

/** Replaces an error by the distribution's page for it. */
export type ErrorPages = (response: EdgeResponse) => Promise<EdgeResponse>;

export interface ObjectsOptions {
  now: () => number;
  maxCacheBytes: number;
  completedSince: CompletedSince;
  log(line: string): void;
}

export interface Objects {
  serve(context: FetchContext, viewer: EdgeRequest, errorPages: ErrorPages): Promise<Served>;
  forget(distributionId: string): void;
}

interface State {
  now: () => number;
  log(line: string): void;
  cache: ObjectCache;
  invalidator: Invalidator;
  /** Fetches that others may wait for, by name. */
  running: Map<string, Promise<Served>>;
}

/** A request on its way to the origin. */
interface Job {
  context: FetchContext;
  viewer: EdgeRequest;
  errorPages: ErrorPages;
  /** The cache's key. */
  name: string;
  /** Path and keyed query. */
  object: string;
  stale?: CachedObject;
}

const DEFAULT_ERROR_TTL = 10;

export function createObjects({ now, maxCacheBytes, completedSince, log }: ObjectsOptions): Objects {
  const cache = createObjectCache(maxCacheBytes);
  const state: State = { now, log, cache, invalidator: createInvalidator(cache, completedSince), running: new Map() };
  return {
    serve: (context, viewer, errorPages) =>
      isCached(context, viewer.method)
        ? serveCached(state, context, viewer, errorPages)
        : pass(context, viewer, errorPages),
    forget: (distributionId) => void cache.remove(`${distributionId} `, () => true),
  };
}

/** Answers to GET and HEAD are cached, to OPTIONS when the behaviour says so. */
function isCached({ behaviour }: FetchContext, method: string): boolean {
  if (method === 'GET' || method === 'HEAD') return true;
  return method === 'OPTIONS' && Boolean(behaviour.AllowedMethods?.CachedMethods?.Items?.includes('OPTIONS'));
}

async function pass(context: FetchContext, viewer: EdgeRequest, errorPages: ErrorPages): Promise<Served> {
  const fetched = await fetchObject(context, viewer);
  if (fetched.from === 'error') return failed(fetched);
  const response = fetched.response.status >= 400 ? await errorPages(fetched.response) : fetched.response;
  return { response: await viewerVersion(context, viewer, response), result: resultOf(fetched), kept: false };
}

async function serveCached(state: State, context: FetchContext, viewer: EdgeRequest, errorPages: ErrorPages) {
  const { now, cache, running } = state;
  const { distributionId } = context.edge;
  state.invalidator.apply(distributionId);
  const { text, object } = cacheKey(viewer, context.rules);
  const name = `${distributionId} ${text}`;
  const found = cache.get(name);
  if (found && now() < found.freshUntil) return hit(state, found);

  const stale = found && found.response.status < 400 ? found : undefined;
  // What is kept is whole: a stale object is refreshed by GET whatever the viewer asked with.
  const asked = stale && viewer.method === 'HEAD' ? { ...viewer, method: 'GET' } : viewer;
  const job: Job = { context, viewer: asked, errorPages, name, object, stale };
  if (stale && now() < stale.staleWhileRevalidateUntil) {
    if (!running.has(name)) {
      start(state, job).catch((error: Error) => state.log(`Refreshing ${object} failed: ${error.message}`));
    }
    return hit(state, stale);
  }
  const shareable = asked.method === 'GET' && !asked.headers.range && context.rules.ttl.max > 0;
  if (!shareable) return refresh(state, job);
  const shared = running.get(name);
  if (!shared) return start(state, job);
  const served = await shared;
  if (!served.kept) return refresh(state, job);
  return { ...served, result: served.response.status >= 400 ? 'Error' : 'Hit', age: 0 };
}

/** Refreshes in a way that others can wait for. */
function start(state: State, job: Job): Promise<Served> {
  const work = refresh(state, job).finally(() => {
    if (state.running.get(job.name) === work) state.running.delete(job.name);
  });
  state.running.set(job.name, work);
  return work;
}

/** Asks the origin and keeps what may be kept. */
async function refresh(state: State, job: Job): Promise<Served> {
  const { now, cache } = state;
  const { context, viewer, name, object, stale } = job;
  const since = now();
  const fetched = await fetchObject(context, viewer, stale);
  const { response } = fetched;
  if (fetched.from === 'error') return failed(fetched);
  if (stale && response.status >= 500 && now() < stale.staleIfErrorUntil) {
    const pause = (errorMinTtl(context.config, response.status) ?? DEFAULT_ERROR_TTL) * 1000;
    cache.put(name, { ...stale, freshUntil: now() + pause });
    return hit(state, stale);
  }
  const keep = (original: EdgeResponse, shown: EdgeResponse): CachedObject | undefined => {
    const overtaken = state.invalidator.overtook(context.edge.distributionId, object, since);
    const kept = overtaken ? undefined : keptObject(context, object, original, shown, now());
    if (kept) cache.put(name, kept);
    else if (stale) cache.delete(name);
    return kept;
  };
  if (stale && response.status === 304) {
    const merged = refreshed(stale.response, response, now());
    return { response: keep(merged, merged)?.response ?? merged, result: 'RefreshHit', kept: true, age: 0 };
  }
  const paged = response.status >= 400 ? await job.errorPages(response) : response;
  const shown = await viewerVersion(context, viewer, paged);
  const whole = viewer.method !== 'HEAD' && response.status !== 206;
  const kept = whole ? keep(response, shown) : undefined;
  return { response: shown, result: resultOf(fetched), kept: kept !== undefined && now() < kept.freshUntil };
}

function hit({ now }: State, { response, storedAt }: CachedObject): Served {
  const age = Math.floor((now() - storedAt) / 1000);
  return { response, result: response.status >= 400 ? 'Error' : 'Hit', age, kept: true };
}

const failed = ({ response, failure = 'Error' }: Fetched): Served => ({ response, result: failure, kept: false });

function resultOf({ response, from }: Fetched): string {
  if (from === 'function') return 'LambdaGeneratedResponse';
  return response.status >= 400 ? 'Error' : 'Miss';
}
