/** What CloudFront remembers, and the small things all of its operations share: ids, ETags, preconditions, pages. */
import { createHash, randomBytes } from 'node:crypto';
import type { DistributionConfig, FunctionConfig, Tag } from '@aws-sdk/client-cloudfront';
import { AwsError } from '../../../protocol/aws-error.ts';
import type { Collection, Records } from '../../../runtime/records.ts';

export interface DistributionRecord {
  id: string;
  config: DistributionConfig;
  /** What the edge serves while a change spreads; undefined for a new distribution. */
  configBefore?: DistributionConfig;
  /** Hash of the config as it was created: a repeated CallerReference is compared with it. */
  createdFrom: string;
  etag: string;
  /** Milliseconds since the epoch. */
  changedAt: number;
  tags: Tag[];
}

export interface InvalidationRecord {
  id: string;
  distributionId: string;
  callerReference: string;
  paths: string[];
  createdAt: number;
}

export type PolicyKind = 'CachePolicy' | 'OriginRequestPolicy' | 'ResponseHeadersPolicy' | 'OriginAccessControl';

export interface PolicyRecord {
  id: string;
  /** The SDK's `<kind>Config`. */
  config: { Name: string; [member: string]: unknown };
  etag: string;
  changedAt: number;
  managed?: boolean;
}

export interface FunctionStage {
  config: FunctionConfig;
  codeBase64: string;
  etag: string;
  changedAt: number;
}

export interface FunctionRecord {
  name: string;
  createdAt: number;
  development: FunctionStage;
  live?: FunctionStage;
}

export interface Store {
  distributions: Collection<DistributionRecord>;
  invalidations: Collection<InvalidationRecord>;
  functions: Collection<FunctionRecord>;
  policies: Record<PolicyKind, Collection<PolicyRecord>>;
  /** ARNs of Lambda versions that a distribution let go of, and when their copies are gone. */
  replicas: Collection<number>;
  /** The port on 127.0.0.1 that each distribution answers on. */
  ports: Collection<number>;
}

export function openStore(records: Records): Store {
  return {
    distributions: records.collection('distribution'),
    invalidations: records.collection('invalidation'),
    functions: records.collection('function'),
    policies: {
      CachePolicy: records.collection('cache-policy'),
      OriginRequestPolicy: records.collection('origin-request-policy'),
      ResponseHeadersPolicy: records.collection('response-headers-policy'),
      OriginAccessControl: records.collection('origin-access-control'),
    },
    replicas: records.collection('replica'),
    ports: records.collection('port'),
  };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** An id as CloudFront makes them: `E2QWRUHAPOMQZL`. */
export function newId(first: 'E' | 'I'): string {
  return first + Array.from(randomBytes(13), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

export const newEtag = (): string => newId('E');

/** Checks If-Match as CloudFront does: absent or impossible 400, of another version 412. */
export function checkIfMatch(given: string | undefined, current: string): void {
  if (!given || !/^E[A-Z0-9]+$/.test(given)) {
    throw new AwsError(
      'InvalidIfMatchVersion',
      'The If-Match version is missing or not valid for the resource. Give the ETag of its latest Get answer.',
    );
  }
  if (given !== current) {
    throw new AwsError(
      'PreconditionFailed',
      "The request failed because it didn't meet the preconditions in one or more request-header fields.",
      412,
    );
  }
}

/** The same text for equal values, whatever the order of their members. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    member && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

export const digest = (value: unknown): string => createHash('sha256').update(canonical(value)).digest('hex');

/** One page of `all`, after the item whose key is `marker`. */
export function page<Item>(all: Item[], key: (item: Item) => string, marker?: string, maxItems?: number | string) {
  const size = Number(maxItems ?? 100);
  const start = marker ? all.findIndex((item) => key(item) === marker) + 1 : 0;
  const items = all.slice(start, start + size);
  const truncated = start + size < all.length;
  return { items, size, truncated, nextMarker: truncated ? key(items.at(-1)!) : undefined };
}
