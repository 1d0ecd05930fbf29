/** Distributions: their life cycle, and what of them the edge already serves. */
import type { DistributionConfig, Tag } from '@aws-sdk/client-cloudfront';
import { AwsError } from '../../../protocol/aws-error.ts';
import type { Caller, Environment, Operations } from '../../../service.ts';
import { withDefaults } from './distribution-defaults.ts';
import { checkDistributionConfig, checkUpdate, type Known } from './distribution-rules.ts';
import { checkEdgeFunctions } from './edge-functions.ts';
import { findPolicy } from './policies.ts';
import { checkIfMatch, type DistributionRecord, digest, newEtag, newId, page, type Store } from './store.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-web-distributions */
const MAX_DISTRIBUTIONS = 500;

/** How the rest of the service sees distributions. */
export interface Distributions {
  operations: Operations;
  status(record: DistributionRecord): 'InProgress' | 'Deployed';
  /** The config that the edge has now; undefined until a new distribution has reached it. */
  served(record: DistributionRecord): DistributionConfig | undefined;
  find(id: string): DistributionRecord;
  arn(id: string): string;
  domainName(id: string): string;
}

export interface DistributionEvents {
  created(id: string): Promise<void>;
  deleted(id: string): Promise<void>;
  /** Invalidations of a distribution that are not completed. */
  invalidating(id: string): number;
}

/** `propagationMs`: from an accepted change to `Deployed`; the edge takes it up after half of that. */
export function createDistributions(
  environment: Environment,
  store: Store,
  propagationMs: number,
  events: DistributionEvents,
): Distributions {
  const { now, accountId } = environment;
  const { distributions } = store;

  const arn = (id: string) => `arn:aws:cloudfront::${accountId}:distribution/${id}`;
  const domainName = (id: string) => `${id.toLowerCase()}.cloudfront.localhost:${new URL(environment.endpoint()).port}`;
  const status = (record: DistributionRecord) =>
    now() < record.changedAt + propagationMs ? ('InProgress' as const) : ('Deployed' as const);
  const served = (record: DistributionRecord) =>
    now() < record.changedAt + propagationMs / 2 ? record.configBefore : record.config;
  const find = (id: string): DistributionRecord => {
    const record = distributions.get(id);
    if (!record) throw new AwsError('NoSuchDistribution', `The specified distribution does not exist: ${id}.`, 404);
    return record;
  };

  const shape = (record: DistributionRecord) => ({
    Id: record.id,
    ARN: arn(record.id),
    Status: status(record),
    LastModifiedTime: new Date(record.changedAt),
    InProgressInvalidationBatches: events.invalidating(record.id),
    DomainName: domainName(record.id),
    ActiveTrustedSigners: { Enabled: false, Quantity: 0 },
    ActiveTrustedKeyGroups: { Enabled: false, Quantity: 0 },
    DistributionConfig: record.config,
  });
  const answer = (record: DistributionRecord) => ({ Distribution: shape(record), ETag: record.etag });

  const accept = async (given: DistributionConfig, caller: Caller): Promise<DistributionConfig> => {
    const config = withDefaults(given);
    checkDistributionConfig(config, knownTo(store));
    await checkEdgeFunctions(config, environment, caller);
    return config;
  };

  const create = async (given: DistributionConfig, tags: Tag[], caller: Caller) => {
    const createdFrom = digest(withDefaults(given));
    const existing = distributions
      .entries()
      .map(([, record]) => record)
      .find(({ config }) => config.CallerReference === given.CallerReference);
    if (existing && existing.createdFrom !== createdFrom) {
      throw new AwsError(
        'DistributionAlreadyExists',
        `The caller reference that you are using to create a distribution is associated with another distribution: ${existing.id}.`,
        409,
      );
    }
    if (existing) return { ...answer(existing), Location: location(existing.id) };
    if (distributions.entries().length >= MAX_DISTRIBUTIONS) {
      throw new AwsError('TooManyDistributions', `An account can have ${MAX_DISTRIBUTIONS} distributions.`);
    }
    const config = await accept(given, caller);
    const record: DistributionRecord = { id: newId('E'), config, createdFrom, etag: newEtag(), changedAt: now(), tags };
    distributions.put(record.id, record);
    await events.created(record.id);
    return { ...answer(record), Location: location(record.id) };
  };

  const operations: Operations = {
    CreateDistribution: async ({ DistributionConfig }, caller) => create(DistributionConfig, [], caller),
    CreateDistributionWithTags: async ({ DistributionConfigWithTags: both }, caller) =>
      create(both.DistributionConfig, both.Tags?.Items ?? [], caller),
    GetDistribution: async ({ Id }) => answer(find(Id)),
    GetDistributionConfig: async ({ Id }) => {
      const record = find(Id);
      return { DistributionConfig: record.config, ETag: record.etag };
    },
    UpdateDistribution: async ({ Id, IfMatch, DistributionConfig }, caller) => {
      checkIfMatch(IfMatch, find(Id).etag);
      checkUpdate(DistributionConfig, find(Id).config);
      const config = await accept(DistributionConfig, caller);
      const record = find(Id);
      checkIfMatch(IfMatch, record.etag);
      const updated = { ...record, config, configBefore: served(record), etag: newEtag(), changedAt: now() };
      distributions.put(Id, updated);
      return answer(updated);
    },
    DeleteDistribution: async ({ Id, IfMatch }) => {
      const record = find(Id);
      checkIfMatch(IfMatch, record.etag);
      if (record.config.Enabled || status(record) === 'InProgress') {
        throw new AwsError(
          'DistributionNotDisabled',
          'The distribution you are trying to delete has not been disabled: disable it and wait until it is Deployed.',
          409,
        );
      }
      distributions.delete(Id);
      await events.deleted(Id);
    },
    ListDistributions: async ({ Marker, MaxItems }) => {
      const all = distributions.entries().map(([, record]) => record);
      const { items, size, truncated, nextMarker } = page(all, ({ id }) => id, Marker, MaxItems);
      const summaries = items.map((record) => summary(shape(record)));
      return {
        DistributionList: {
          Marker: Marker ?? '',
          MaxItems: size,
          IsTruncated: truncated,
          ...(nextMarker && { NextMarker: nextMarker }),
          Quantity: summaries.length,
          Items: summaries,
        },
      };
    },
  };
  return { operations, status, served, find, arn, domainName };
}

const location = (id: string) => `https://cloudfront.amazonaws.com/2020-05-31/distribution/${id}`;

function summary({ DistributionConfig: config, ...distribution }: { DistributionConfig: DistributionConfig }) {
  const { CallerReference, Logging, DefaultRootObject, ...rest } = config;
  return { ...distribution, ...rest };
}

function knownTo(store: Store): Known {
  return {
    policy: (kind, id) => findPolicy(store, kind, id) !== undefined,
    viewerFunction: (arn) => {
      const record = store.functions.get(arn.split('/').at(-1) ?? '');
      if (!record) return 'missing';
      return record.live ? 'live' : 'development';
    },
  };
}
