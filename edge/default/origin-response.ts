/** S3 keeps neither a page's status nor most of its headers: here they come back. */
import type { CloudFrontRequest, CloudFrontResultResponse } from 'aws-lambda';
import { RELEASE_HEADER } from '../../domain/release-header.ts';
import type { Incremental } from '../isr/incremental.ts';
import { type About, aboutOf, fileOf, freshnessOf, hasExpired } from '../isr/page.ts';
import { judge } from '../isr/tags.ts';
import type { Bucket } from '../shared/bucket.ts';
import { fromCloudFrontHeaders, headersFromBucket, toCloudFrontHeaders } from '../shared/headers.ts';
import { type OriginResponse, restoreSpilled } from '../shared/restore-spilled.ts';
import type { Settings } from '../shared/settings.ts';
import { isSpilled } from '../shared/spill.ts';
import { CACHE_CONTROL_OF_PUBLIC_FILE, cacheControlOfPage, NOT_STORED, STALE_SECONDS } from './cache-control.ts';
import type { FastPath, StoredFile } from './fast-path.ts';
import type { Renderer } from './render/strategy.ts';

type StoredPage = StoredFile & Required<Pick<StoredFile, 'key' | 'part'>>;

export interface RestorePorts {
  settings: Settings;
  fastPath: FastPath;
  bucket: Bucket;
  incremental: Incremental;
  renderer(): Promise<Renderer>;
}

const notStored = (response: OriginResponse, status: string): CloudFrontResultResponse => ({
  ...response,
  status,
  statusDescription: '',
  headers: headersFromBucket(response.headers, { 'cache-control': NOT_STORED }),
});

/** S3 leaves metadata out of a 304, so there it is asked for again. */
async function aboutPage({ key, part, page }: StoredPage, response: OriginResponse, { pages }: Incremental) {
  const byBuild: About = {
    revalidate: page?.revalidate ?? false,
    status: page?.status ?? 200,
    kind: 'page',
    headers: {},
    tags: [],
  };
  const isFixed = page?.revalidate === false && page.entry === undefined;
  const told = aboutOf(fromCloudFrontHeaders(response.headers));
  const about = told ?? (isFixed || response.status !== '304' ? byBuild : ((await pages.about(key, part)) ?? byBuild));
  if (!about.isAbridged) return about;
  const stored = await pages.entry(key);
  return { ...about, tags: stored?.about.tags ?? [], headers: stored?.entry.heads[fileOf(key, part)]?.headers ?? {} };
}

/** Tags that can't be looked up say nothing for now: the CDN comes back for the page in a second. */
async function verdictOf(about: About, { tags, now }: Incremental) {
  const { tags: named, generatedAt = 0 } = about;
  if (hasExpired(about, now())) return 'expired';
  if (!tags || named.length === 0) return 'fresh';
  try {
    return judge(await tags.read(named), named, generatedAt, now());
  } catch (error) {
    console.error(JSON.stringify({ message: 'tags not read', error: String(error) }));
    return 'unknown';
  }
}

/** A stale page is answered as it is, and reported: the next one is rendered elsewhere. */
async function cacheControlFor(
  about: About,
  verdict: string,
  key: string,
  { settings, incremental }: RestorePorts,
): Promise<string> {
  const { queue, now } = incremental;
  const { isStale: isOld, seconds } = freshnessOf(about, now());
  const isStale = isOld || verdict !== 'fresh';
  if (isStale && !queue) return cacheControlOfPage(about.revalidate);
  if (isStale && verdict !== 'unknown') {
    await queue?.report({ release: settings.release, key, generatedAt: about.generatedAt ?? 0 });
  }
  if (about.status >= 400) return NOT_STORED;
  return cacheControlOfPage(isStale ? STALE_SECONDS : seconds);
}

async function headersOf(file: StoredPage, about: About, verdict: string, ports: RestorePorts) {
  const { location } = about.headers;
  return {
    ...about.headers,
    'cache-control': await cacheControlFor(about, verdict, file.key, ports),
    ...ports.fastPath.headersFor(file.path),
    ...(location !== undefined && about.status === 308 ? { refresh: `0;url=${location}` } : {}),
    [RELEASE_HEADER]: ports.settings.release,
  };
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-lambda-at-edge, in base64 */
const MAX_BODY_BYTES = 700_000;

/** A page that may not be shown any more is rendered while its reader waits, as Next does. Undefined where that fails. */
async function renderedNow(file: StoredPage, method: string, ports: RestorePorts) {
  const { renderer, incremental } = ports;
  try {
    const page = await (await renderer()).renderAnew?.(file.key);
    if (!page) return undefined;
    const outcome = await incremental.pages.writeNewer(page);
    console.log(JSON.stringify({ message: 'expired page rendered', key: file.key, outcome }));
    const part = page.parts[file.part];
    const body = Buffer.from(part?.body ?? '');
    if (!part || body.length > MAX_BODY_BYTES) return undefined;
    const { generatedAt, revalidate, tags = [], kind } = page;
    const about: About = { generatedAt, revalidate, tags, kind, status: part.status, headers: part.headers };
    const headers = toCloudFrontHeaders(new Headers(await headersOf(file, about, 'fresh', ports)));
    const answer: CloudFrontResultResponse = { status: String(part.status), statusDescription: '', headers };
    return method === 'HEAD' ? answer : { ...answer, bodyEncoding: 'base64' as const, body: body.toString('base64') };
  } catch (error) {
    console.error(JSON.stringify({ message: 'expired page not rendered', key: file.key, error: String(error) }));
    return undefined;
  }
}

async function restorePage(
  file: StoredPage,
  method: string,
  response: OriginResponse,
  ports: RestorePorts,
): Promise<CloudFrontResultResponse> {
  const about = await aboutPage(file, response, ports.incremental);
  const verdict = await verdictOf(about, ports.incremental);
  const anew = verdict === 'expired' ? await renderedNow(file, method, ports) : undefined;
  if (anew) return anew;
  const headers = headersFromBucket(response.headers, await headersOf(file, about, verdict, ports));
  if (about.isUntyped) delete headers['content-type'];
  const restored = response.status === '200' ? String(about.status) : response.status;
  return { ...response, status: restored, statusDescription: '', headers };
}

const isPage = (file: StoredFile): file is StoredPage => file.key !== undefined && file.part !== undefined;

export async function restore(
  { uri, method }: Pick<CloudFrontRequest, 'uri' | 'method'>,
  response: OriginResponse,
  ports: RestorePorts,
): Promise<CloudFrontResultResponse> {
  const { settings, fastPath, bucket } = ports;
  if (isSpilled(uri)) return restoreSpilled(uri, response, bucket);
  const status = Number(response.status);
  if (status >= 400) return notStored(response, status === 403 ? '404' : response.status);
  const file = fastPath.at(uri);
  if (!file) return response;
  if (isPage(file)) return restorePage(file, method, response, ports);
  const headers = headersFromBucket(response.headers, {
    'cache-control': CACHE_CONTROL_OF_PUBLIC_FILE,
    ...fastPath.headersFor(file.path),
    [RELEASE_HEADER]: settings.release,
  });
  return { ...response, statusDescription: '', headers };
}
