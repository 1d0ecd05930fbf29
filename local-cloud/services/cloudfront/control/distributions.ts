/** Distributions: their life cycle, and what of them the edge already serves. */
import type { DistributionConfig, Tag } from '@aws-sdk/client-cloudfront';
import { AwsError } from '../../../protocol/aws-error.ts';
import type { Caller, Environment, Operations } from '../../../service.ts';
import { checkAlternateNames } from './alternate-names.ts';
import { withDefaults } from './distribution-defaults.ts';
import { checkDistributionConfig, checkUpdate, type Known } from './distribution-rules.ts';
import { checkEdgeFunctions } from './edge-functions.ts';
import { findPolicy, isManagedPolicy } from './policies.ts';
import { checkSharing } from './sharing-quotas.ts';
import { checkIfMatch, type DistributionRecord, digest, newEtag, newId, page, type Store } from './store.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-web-distributions */
const MAX_DISTRIBUTIONS = 500;

/** How the rest of the service sees distributions. */
export interface Distributions {
  status(record: DistributionRecord): 'InProgress' | 'Deployed';
  /** The config that the edge has now; undefined until a new distribution has reached it. */
  served(record: DistributionRecord): DistributionConfig | undefined;
  /** Throws NoSuchDistribution. */
  find(id: string): DistributionRecord;
  arn(id: string): string;
  domainName(id: string): string;
}

export interface DistributionEvents {
  created(id: string): Promise<void>;
  deleted(id: string): Promise<void>;
  /** It has no use for this configuration any more. */
  released(config: DistributionConfig): void;
  /** How many invalidations of a distribution are not completed. */
  invalidating(id: string): number;
}

/** `propagationMs`: from an accepted change to `Deployed`; the edge takes it up after half of that. */
export function createDistributions(environment: Environment, store: Store, propagationMs: number): Distributions {
  const { now, accountId } = environment;
  return {
    status: (record) => (now() < record.changedAt + propagationMs ? 'InProgress' : 'Deployed'),
    served: (record) => (now() < record.changedAt + propagationMs / 2 ? record.configBefore : record.config),
    find: (id) => {
      const record = store.distributions.get(id);
      if (!record) throw new AwsError('NoSuchDistribution', `The specified distribution does not exist: ${id}.`, 404);
      return record;
    },
    arn: (id) => `arn:aws:cloudfront::${accountId}:distribution/${id}`,
    domainName: (id) => `${id.toLowerCase()}.cloudfront.localhost:${new URL(environment.endpoint()).port}`,
  };
}

interface Context {
  environment: Environment;
  store: Store;
  view: Distributions;
  events: DistributionEvents;
}

export function distributionOperations(context: Context): Operations {
  const { view, store } = context;
  const answer = (record: DistributionRecord) => ({ Distribution: shape(context, record), ETag: record.etag });
  const create = async (given: DistributionConfig, tags: Tag[], caller: Caller) => {
    const record = await createRecord(context, given, tags, caller);
    return { ...answer(record), Location: `https://cloudfront.amazonaws.com/2020-05-31/distribution/${record.id}` };
  };
  return {
    CreateDistribution: async ({ DistributionConfig }, caller) => create(DistributionConfig, [], caller),
    CreateDistributionWithTags: async ({ DistributionConfigWithTags: both }, caller) =>
      create(both.DistributionConfig, both.Tags?.Items ?? [], caller),
    GetDistribution: async ({ Id }) => answer(view.find(Id)),
    GetDistributionConfig: async ({ Id }) => {
      const record = view.find(Id);
      return { DistributionConfig: record.config, ETag: record.etag };
    },
    UpdateDistribution: async ({ Id, IfMatch, DistributionConfig }, caller) =>
      answer(await updateRecord(context, Id, IfMatch, DistributionConfig, caller)),
    DeleteDistribution: async ({ Id, IfMatch }) => {
      const record = view.find(Id);
      checkIfMatch(IfMatch, record.etag);
      if (record.config.Enabled || view.status(record) === 'InProgress') {
        throw new AwsError(
          'DistributionNotDisabled',
          'The distribution you are trying to delete has not been disabled: disable it and wait until it is Deployed.',
          409,
        );
      }
      store.distributions.delete(Id);
      context.events.released(record.config);
      await context.events.deleted(Id);
    },
    ListDistributions: async ({ Marker, MaxItems }) => {
      const all = store.distributions.entries().map(([, record]) => record);
      const { items, size, truncated, nextMarker } = page(all, ({ id }) => id, Marker, MaxItems);
      return {
        DistributionList: {
          Marker: Marker ?? '',
          MaxItems: size,
          IsTruncated: truncated,
          ...(nextMarker && { NextMarker: nextMarker }),
          Quantity: items.length,
          Items: items.map((record) => summary(shape(context, record))),
        },
      };
    },
  };
}

/** A new distribution, or the one that the same reference and config made before. */
async function createRecord(
  { store, environment, events }: Context,
  given: DistributionConfig,
  tags: Tag[],
  caller: Caller,
) {
  const { distributions } = store;
  const createdFrom = digest(withDefaults(given));
  const all = distributions.entries().map(([, record]) => record);
  const existing = all.find(({ config }) => config.CallerReference === given.CallerReference);
  if (existing && existing.createdFrom !== createdFrom) {
    throw new AwsError(
      'DistributionAlreadyExists',
      `The caller reference that you are using to create a distribution is associated with another distribution: ${existing.id}.`,
      409,
    );
  }
  if (existing) return existing;
  if (all.length >= MAX_DISTRIBUTIONS) {
    throw new AwsError('TooManyDistributions', `An account can have ${MAX_DISTRIBUTIONS} distributions.`);
  }
  const config = await accept(environment, store, given, caller);
  const record = { id: newId('E'), config, createdFrom, etag: newEtag(), changedAt: environment.now(), tags };
  distributions.put(record.id, record);
  await events.created(record.id);
  return record;
}

async function updateRecord(
  { store, environment, view, events }: Context,
  id: string,
  ifMatch: string | undefined,
  given: DistributionConfig,
  caller: Caller,
): Promise<DistributionRecord> {
  checkIfMatch(ifMatch, view.find(id).etag);
  checkUpdate(given, view.find(id).config);
  const config = await accept(environment, store, given, caller, id);
  // Another update may have won meanwhile.
  const record = view.find(id);
  checkIfMatch(ifMatch, record.etag);
  const configBefore = view.served(record);
  const updated = { ...record, config, configBefore, etag: newEtag(), changedAt: environment.now() };
  store.distributions.put(id, updated);
  events.released(record.config);
  return updated;
}

async function accept(environment: Environment, store: Store, given: DistributionConfig, caller: Caller, id?: string) {
  const config = withDefaults(given);
  checkDistributionConfig(config, knownTo(store));
  const others = store.distributions.entries().flatMap(([other, record]) => (other === id ? [] : [record.config]));
  checkSharing(config, others, isManagedPolicy);
  await checkAlternateNames(config, others, environment);
  await checkEdgeFunctions(config, environment, caller);
  return config;
}

function shape({ view, events }: Context, record: DistributionRecord) {
  return {
    Id: record.id,
    ARN: view.arn(record.id),
    Status: view.status(record),
    LastModifiedTime: new Date(record.changedAt),
    InProgressInvalidationBatches: events.invalidating(record.id),
    DomainName: view.domainName(record.id),
    ActiveTrustedSigners: { Enabled: false, Quantity: 0 },
    ActiveTrustedKeyGroups: { Enabled: false, Quantity: 0 },
    DistributionConfig: record.config,
  };
}

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
