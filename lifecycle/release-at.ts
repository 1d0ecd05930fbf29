/** Which release answers to a name, as every answer of a site says in a header: so a proxy before the site can be looked through. */
import type { IncomingHttpHeaders } from 'node:http';
import { request as requestHttps } from 'node:https';
import { RELEASE_HEADER } from '../domain/release-header.ts';

/** `address`: of the name, looked up and judged before, so that no later look-up can differ. Undefined where none answers. */
export type ReleaseAt = (name: string, address: string) => Promise<string | undefined>;

const TIMEOUT_MS = 5_000;

/** Whoever answers may say what they like. */
const isRelease = (text: string) => /^[0-9A-Z]{26}$/.test(text);

/** The second is S3's own, of a static site's files, which no function has touched. */
const releaseIn = (headers: IncomingHttpHeaders) =>
  [headers[RELEASE_HEADER], headers['x-amz-meta-towpath-release']].flat().find((text) => text && isRelease(text));

/** Redirects are answers. A certificate that is not the name's is none. */
export const createReleaseAt =
  (request: typeof requestHttps = requestHttps, port = 443): ReleaseAt =>
  (name, address) =>
    new Promise((resolve) => {
      const options = {
        method: 'HEAD',
        host: address,
        port,
        path: '/',
        servername: name,
        headers: { host: name, 'user-agent': 'Towpath verification' },
        agent: false,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      };
      request(options)
        .once('response', (response) => {
          response.resume();
          resolve(releaseIn(response.headers));
        })
        .on('error', () => resolve(undefined))
        .end();
    });
