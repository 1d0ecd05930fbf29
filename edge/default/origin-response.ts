/** S3 keeps neither a page's status nor most of its headers: here they come back. */
import type { CloudFrontResultResponse } from 'aws-lambda';
import type { Incremental } from '../isr/incremental.ts';
import { type About, aboutOf, freshnessOf } from '../isr/page.ts';
import type { Bucket } from '../shared/bucket.ts';
import { fromCloudFrontHeaders, headersFromBucket } from '../shared/headers.ts';
import { type OriginResponse, restoreSpilled } from '../shared/restore-spilled.ts';
import type { Settings } from '../shared/settings.ts';
import { isSpilled } from '../shared/spill.ts';
import { CACHE_CONTROL_OF_PUBLIC_FILE, cacheControlOfPage, NOT_STORED, STALE_SECONDS } from './cache-control.ts';
import type { FastPath, StoredFile } from './fast-path.ts';

type StoredPage = StoredFile & Required<Pick<StoredFile, 'key' | 'part'>>;

export interface RestorePorts {
  settings: Settings;
  fastPath: FastPath;
  bucket: Bucket;
  incremental: Incremental;
}

const notStored = (response: OriginResponse, status: string): CloudFrontResultResponse => ({
  ...response,
  status,
  statusDescription: '',
  headers: headersFromBucket(response.headers, { 'cache-control': NOT_STORED }),
});

/** S3 leaves metadata out of a 304, so there it is asked for again. */
async function aboutPage({ key, part, page }: StoredPage, response: OriginResponse, { pages }: Incremental) {
  const byBuild: About = { revalidate: page?.revalidate ?? false, status: page?.status ?? 200, kind: 'page' };
  const told = aboutOf(fromCloudFrontHeaders(response.headers));
  if (told || page?.revalidate === false || response.status !== '304') return told ?? byBuild;
  return (await pages.about(key, part)) ?? byBuild;
}

/** A stale page is answered as it is, and reported: the next one is rendered elsewhere. */
async function cacheControlFor(about: About, key: string, { settings, incremental }: RestorePorts): Promise<string> {
  const { queue, now } = incremental;
  const { isStale, seconds } = freshnessOf(about, now());
  if (isStale && !queue) return cacheControlOfPage(about.revalidate);
  if (isStale) await queue?.report({ release: settings.release, key, generatedAt: about.generatedAt ?? 0 });
  if (about.status >= 400) return NOT_STORED;
  return cacheControlOfPage(isStale ? STALE_SECONDS : seconds);
}

async function restorePage(
  file: StoredPage,
  response: OriginResponse,
  ports: RestorePorts,
): Promise<CloudFrontResultResponse> {
  const about = await aboutPage(file, response, ports.incremental);
  const { status, location } = about;
  const headers = headersFromBucket(response.headers, {
    ...file.page?.headers,
    'cache-control': await cacheControlFor(about, file.key, ports),
    ...ports.fastPath.headersFor(file.path),
    ...(location === undefined ? {} : { location }),
    ...(location !== undefined && status === 308 ? { refresh: `0;url=${location}` } : {}),
    'x-towpath-release': ports.settings.release,
  });
  if (about.isUntyped) delete headers['content-type'];
  const restored = response.status === '200' ? String(status) : response.status;
  return { ...response, status: restored, statusDescription: '', headers };
}

const isPage = (file: StoredFile): file is StoredPage => file.key !== undefined && file.part !== undefined;

export async function restore(
  uri: string,
  response: OriginResponse,
  ports: RestorePorts,
): Promise<CloudFrontResultResponse> {
  const { settings, fastPath, bucket } = ports;
  if (isSpilled(uri)) return restoreSpilled(uri, response, bucket);
  const status = Number(response.status);
  if (status >= 400) return notStored(response, status === 403 ? '404' : response.status);
  const file = fastPath.at(uri);
  if (!file) return response;
  if (isPage(file)) return restorePage(file, response, ports);
  const headers = headersFromBucket(response.headers, {
    'cache-control': CACHE_CONTROL_OF_PUBLIC_FILE,
    ...fastPath.headersFor(file.path),
    'x-towpath-release': settings.release,
  });
  return { ...response, statusDescription: '', headers };
}
