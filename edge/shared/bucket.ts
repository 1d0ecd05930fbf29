/** The site's bucket, by signed HTTP: an SDK client would cost more to load than all the rest. */
import { createHash } from 'node:crypto';
import { awsClient, type Environment } from './aws.ts';

export interface Bucket {
  /** Any status S3 gave; a missing key is 404, or 403 where the role may not list. */
  get(key: string): Promise<Response>;
  put(key: string, body: Uint8Array, contentType: string): Promise<void>;
}

/** What pages that change need beside. */
export interface PageBucket extends Bucket {
  /** Like get, without the body. */
  head(key: string): Promise<Response>;
  /** With PutObject's headers, among them a condition: 412 or 409 says that it did not hold. */
  putIf(key: string, body: Uint8Array, headers: Record<string, string>): Promise<Response>;
}

const escapeSegment = (segment: string) =>
  encodeURIComponent(segment).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

export const encodeKey = (key: string) => key.split('/').map(escapeSegment).join('/');

function bucketUrl(bucket: string, region: string, environment: Environment): string {
  const endpoint = environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL;
  return endpoint ? `${endpoint.replace(/\/$/, '')}/${bucket}` : `https://${bucket}.s3.${region}.amazonaws.com`;
}

export function createBucket(bucket: string, region: string, environment: Environment = process.env): PageBucket {
  const send = (method: string, key: string, body?: Uint8Array, given: Record<string, string> = {}) => {
    const client = awsClient('s3', region, environment, 2);
    const headers = {
      'x-amz-content-sha256': createHash('sha256')
        .update(body ?? '')
        .digest('hex'),
      ...given,
    };
    const url = `${bucketUrl(bucket, region, environment)}/${encodeKey(key)}`;
    return client.fetch(url, { method, headers, ...(body ? { body: Buffer.from(body) } : {}) });
  };
  return {
    get: (key) => send('GET', key),
    head: (key) => send('HEAD', key),
    putIf: (key, body, headers) => send('PUT', key, body, headers),
    async put(key, body, contentType) {
      const answer = await send('PUT', key, body, { 'content-type': contentType });
      if (!answer.ok) throw new Error(`S3 answered ${answer.status} to PutObject ${key}: ${await answer.text()}`);
    },
  };
}
