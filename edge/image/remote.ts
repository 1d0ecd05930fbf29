/**
 * Fetches an image from elsewhere. Each connection is made to the very address that was checked, so a name that resolves to
 * another address the second time gains nothing; each redirect is checked like the first address.
 */
import { type LookupOptions, lookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';

const TIMEOUT_MILLISECONDS = 7000;
const MAX_SOURCE_BYTES = 50 * 1024 * 1024;

export interface FetchedImage {
  status: number;
  bytes: Buffer;
  contentType?: string;
  cacheControl?: string;
}

export class ForbiddenAddressError extends Error {}

type IsForbidden = (address: string) => boolean;

export interface FetchRules {
  isForbidden: IsForbidden;
  maxRedirects: number;
}

/** For `net.connect`: refuses the name if any of its addresses is forbidden. */
function checkedLookup(isForbidden: IsForbidden): LookupFunction {
  return (hostname, options: LookupOptions, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const refused = addresses?.find(({ address }) => isForbidden(address));
      const failure = error ?? (refused && new ForbiddenAddressError(`${hostname} is ${refused.address}`));
      const [first] = addresses ?? [];
      if (failure || !first) return callback(failure ?? new Error(`${hostname} has no address`), '', 0);
      if (options.all) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

async function read(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_SOURCE_BYTES) {
      response.destroy();
      throw new Error(`the image has more than ${MAX_SOURCE_BYTES} bytes`);
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function send(url: URL, isForbidden: IsForbidden, signal: AbortSignal): Promise<IncomingMessage> {
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(hostname) && isForbidden(hostname)) throw new ForbiddenAddressError(`${hostname} is not public`);
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    request(url, { lookup: checkedLookup(isForbidden), signal, agent: false, headers: { accept: 'image/*' } }, resolve)
      .on('error', reject)
      .end();
  });
}

/** Throws if there is no answer, the address is forbidden, or the answer is too large. */
export async function fetchRemote(address: string, { isForbidden, maxRedirects }: FetchRules): Promise<FetchedImage> {
  const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
  let url = new URL(address);
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const response = await send(url, isForbidden, signal);
    const { location, 'content-type': contentType, 'cache-control': cacheControl } = response.headers;
    const status = response.statusCode ?? 0;
    if (status < 300 || status >= 400 || !location) {
      return { status, bytes: await read(response), contentType, cacheControl };
    }
    response.destroy();
    url = new URL(location, url);
    if (!['http:', 'https:'].includes(url.protocol))
      throw new ForbiddenAddressError(`${url.protocol} is no web address`);
  }
  throw new Error(`${address} redirects more than ${maxRedirects} times`);
}
