/** One POST of JSON to an address that is checked where the connection is made, so that no later look-up can differ. */
import { type LookupAddress, lookup } from 'node:dns';
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { addressRefusal, type Networks, urlRefusal } from '../../domain/outbound.ts';

const TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 1024;

export interface Answer {
  status: number;
  /** Retry-After, as it came. */
  retryAfter?: string;
  /** The first KiB. */
  body: string;
}

/** The URL or what its name resolves to is nowhere that Towpath posts to. */
export class RefusedUrl extends Error {
  override name = 'RefusedUrl';
}

type Resolve = (
  hostname: string,
  answer: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

const resolveByDns: Resolve = (hostname, answer) => lookup(hostname, { all: true }, answer);

/** Every address of the name has to be allowed: which one is tried is not ours to say. */
function checkedLookup(protocol: string, allowed: Networks, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) =>
    resolve(hostname, (error, addresses) => {
      if (error) return callback(error, []);
      const refusals = addresses.map(({ address }) => addressRefusal(address, protocol, allowed));
      const refusal = refusals.find((reason) => reason !== undefined);
      const [first] = addresses;
      if (refusal || !first) return callback(new RefusedUrl(refusal ?? 'its name has no address'), []);
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
}

/** What there is of the body when the connection breaks: the status has said the most. */
async function read(response: IncomingMessage): Promise<string> {
  let bytes = Buffer.alloc(0);
  try {
    for await (const chunk of response) {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length >= MAX_ANSWER_BYTES) break;
    }
  } catch {
    response.destroy();
  }
  return bytes.subarray(0, MAX_ANSWER_BYTES).toString('utf8');
}

/** Redirects are not followed: their status is the answer. Rejects with RefusedUrl, a time-out or a connection's error. */
export async function post(
  target: string,
  json: string,
  {
    allowed,
    headers = {},
    resolve = resolveByDns,
    timeoutMs = TIMEOUT_MS,
  }: { allowed: Networks; headers?: Record<string, string>; resolve?: Resolve; timeoutMs?: number },
): Promise<Answer> {
  const refusal = urlRefusal(target, allowed);
  if (refusal) throw new RefusedUrl(refusal);
  const url = new URL(target);
  const body = Buffer.from(json);
  const options: RequestOptions = {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
      'user-agent': 'Towpath',
    },
    lookup: checkedLookup(url.protocol, allowed, resolve),
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
  };
  const request = url.protocol === 'https:' ? requestHttps(url, options) : requestHttp(url, options);
  const response = await new Promise<IncomingMessage>((resolveResponse, reject) => {
    request.once('response', resolveResponse).on('error', reject);
    request.end(body);
  });
  const { statusCode = 0 } = response;
  return { status: statusCode, retryAfter: response.headers['retry-after'], body: await read(response) };
}
