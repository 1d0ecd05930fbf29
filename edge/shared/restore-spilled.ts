import type { CloudFrontHeaders, CloudFrontResultResponse } from 'aws-lambda';
import type { Bucket } from './bucket.ts';
import { headersFromBucket } from './headers.ts';
import { headOfSpilled } from './spill.ts';

/** What S3 answered to a rewritten request. */
export interface OriginResponse {
  status: string;
  statusDescription?: string;
  headers: CloudFrontHeaders;
}

/** The body is S3's, status and headers are those of the response that was too large. */
export async function restoreSpilled(
  uri: string,
  response: OriginResponse,
  bucket: Bucket,
): Promise<CloudFrontResultResponse> {
  if (Number(response.status) >= 400) throw new Error(`S3 answered ${response.status} for the spilled response ${uri}`);
  const head = await headOfSpilled(uri, bucket);
  // S3's own validators are those of the copy.
  const { etag: _etag, 'last-modified': _modified, ...kept } = headersFromBucket(response.headers, {});
  return { ...response, status: head.status, statusDescription: '', headers: { ...kept, ...head.headers } };
}
