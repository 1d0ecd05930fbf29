/**
 * Makes the CDN forget what was revalidated: at once while it is little; more than that is everything, and once for all
 * who ask within a few seconds. By CloudFront's own protocol:
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
 */
import { randomUUID } from 'node:crypto';
import { awsClient, type Environment, endpointOf } from '../shared/aws.ts';
import { EVERYTHING } from './purged-paths.ts';

export interface Purge {
  /** Encoded paths, wildcards allowed. */
  now(paths: string[]): Promise<void>;
  /** Never throws: what CloudFront does not take is put off. */
  soon(paths: string[]): Promise<void>;
}

/** It takes 15 wildcards at a time: it passes by itself, in a minute or two. */
export class TooManyInvalidations extends Error {}

export interface PurgePorts {
  distributionId: string;
  /** Puts a purge of everything off until then, in milliseconds since 1970; once for all who ask for the same. */
  putOff(until: number): Promise<void>;
}

/** For all functions of the same process. 15 wildcards may be in progress: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-invalidations */
const MAX_PATHS = 20;
const WINDOW_MILLISECONDS = 10_000;
const TIMEOUT_MILLISECONDS = 5000;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escapeXml = (text: string) => text.replace(/[&<>]/g, (char) => ENTITIES[char] as string);

const invalidationBatch = (paths: string[], reference: string) =>
  '<InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">' +
  `<CallerReference>${reference}</CallerReference><Paths><Quantity>${paths.length}</Quantity>` +
  `<Items>${paths.map((path) => `<Path>${escapeXml(path)}</Path>`).join('')}</Items></Paths></InvalidationBatch>`;

export function createPurge(
  { distributionId, putOff }: PurgePorts,
  environment: Environment = process.env,
  clock = Date.now,
): Purge {
  let window = 0;
  let counted = 0;

  /** Whether so many more are allowed now. */
  function count(paths: number): boolean {
    const current = Math.floor(clock() / WINDOW_MILLISECONDS);
    if (current !== window) [window, counted] = [current, 0];
    counted += paths;
    return counted <= MAX_PATHS;
  }

  async function now(paths: string[]): Promise<void> {
    // CloudFront has one endpoint for all Regions.
    const endpoint = endpointOf('cloudfront', 'https://cloudfront.amazonaws.com', environment);
    const url = `${endpoint}/2020-05-31/distribution/${distributionId}/invalidation`;
    const answer = await awsClient('cloudfront', 'us-east-1', environment, 0).fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/xml' },
      body: invalidationBatch(paths, randomUUID()),
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    if (!answer.ok) {
      const said = `CloudFront answered ${answer.status} to CreateInvalidation: ${await answer.text()}`;
      throw said.includes('TooManyInvalidationsInProgress') ? new TooManyInvalidations(said) : new Error(said);
    }
    console.log(JSON.stringify({ message: 'invalidated at the CDN', paths }));
  }

  return {
    now,
    async soon(paths) {
      if (paths.length === 0) return;
      try {
        if (count(paths.length)) return await now(paths);
      } catch (error) {
        console.error(JSON.stringify({ message: 'not invalidated yet', paths, error: String(error) }));
      }
      const until = (Math.floor(clock() / WINDOW_MILLISECONDS) + 1) * WINDOW_MILLISECONDS;
      await putOff(until).catch((error) => {
        console.error(JSON.stringify({ message: 'invalidation lost', paths: EVERYTHING, error: String(error) }));
      });
    },
  };
}
