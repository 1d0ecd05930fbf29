/** S3 keeps neither a page's status nor most of its headers: here they come back. */
import type { CloudFrontResultResponse } from 'aws-lambda';
import type { Bucket } from '../shared/bucket.ts';
import { headersFromBucket } from '../shared/headers.ts';
import { type OriginResponse, restoreSpilled } from '../shared/restore-spilled.ts';
import type { Settings } from '../shared/settings.ts';
import { isSpilled } from '../shared/spill.ts';
import { CACHE_CONTROL_OF_PUBLIC_FILE, cacheControlOfPage, NOT_STORED } from './cache-control.ts';
import type { FastPath } from './fast-path.ts';

export interface RestorePorts {
  settings: Settings;
  fastPath: FastPath;
  bucket: Bucket;
}

const notStored = (response: OriginResponse, status: string): CloudFrontResultResponse => ({
  ...response,
  status,
  statusDescription: '',
  headers: headersFromBucket(response.headers, { 'cache-control': NOT_STORED }),
});

export async function restore(
  uri: string,
  response: OriginResponse,
  { settings, fastPath, bucket }: RestorePorts,
): Promise<CloudFrontResultResponse> {
  if (isSpilled(uri)) return restoreSpilled(uri, response, bucket);
  const status = Number(response.status);
  if (status >= 400) return notStored(response, status === 403 ? '404' : response.status);
  const file = fastPath.at(uri);
  if (!file) return response;
  const cacheControl = file.page ? cacheControlOfPage(file.page.revalidate) : CACHE_CONTROL_OF_PUBLIC_FILE;
  const isMissingPage = file.page !== undefined && file.page.status >= 400;
  const headers = headersFromBucket(response.headers, {
    'cache-control': isMissingPage ? NOT_STORED : cacheControl,
    ...fastPath.headersFor(file.path),
    'x-towpath-release': settings.release,
  });
  const restored = file.page && status === 200 ? String(file.page.status) : response.status;
  return { ...response, status: restored, statusDescription: '', headers };
}
