/** Cache, origin request and response headers policies, and origin access controls: one shape, four nouns. */
import { AwsError } from '../../../protocol/aws-error.ts';
import type { Operations } from '../../../service.ts';
import { MANAGED_POLICIES } from './managed-policies.ts';
import { checkPolicyConfig } from './policy-rules.ts';
import {
  canonical,
  checkIfMatch,
  type DistributionRecord,
  newEtag,
  newId,
  type PolicyKind,
  type PolicyRecord,
  page,
  type Store,
} from './store.ts';

interface Noun {
  kind: PolicyKind;
  plural: string;
  path: string;
  /** Quota of an account. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
  quota: number;
  /** CloudFront's ids of policies are UUIDs, of access controls `E…`. */
  id: () => string;
}

const uuid = () => crypto.randomUUID();
const NOUNS: Noun[] = [
  { kind: 'CachePolicy', plural: 'CachePolicies', path: 'cache-policy', quota: 20, id: uuid },
  { kind: 'OriginRequestPolicy', plural: 'OriginRequestPolicies', path: 'origin-request-policy', quota: 20, id: uuid },
  {
    kind: 'ResponseHeadersPolicy',
    plural: 'ResponseHeadersPolicies',
    path: 'response-headers-policy',
    quota: 20,
    id: uuid,
  },
  {
    kind: 'OriginAccessControl',
    plural: 'OriginAccessControls',
    path: 'origin-access-control',
    quota: 100,
    id: () => newId('E'),
  },
];

/** A policy by id, managed ones included. */
export function findPolicy(store: Store, kind: PolicyKind, id: string): PolicyRecord | undefined {
  return MANAGED_POLICIES[kind].find((policy) => policy.id === id) ?? store.policies[kind].get(id);
}

/** Made by AWS, for every account. */
export const isManagedPolicy = (id: string): boolean =>
  Object.values(MANAGED_POLICIES).some((policies) => policies.some((policy) => policy.id === id));

export function policyOperations(store: Store, now: () => number): Operations {
  return Object.assign({}, ...NOUNS.map((noun) => operationsOf(noun, store, now)));
}

function operationsOf({ kind, plural, path, quota, id }: Noun, store: Store, now: () => number): Operations {
  const policies = store.policies[kind];
  const find = (wanted: string): PolicyRecord => {
    const record = findPolicy(store, kind, wanted);
    if (!record) throw new AwsError(`NoSuch${kind}`, `The ${path} with id ${wanted} does not exist.`, 404);
    return record;
  };
  const owned = (wanted: string, ifMatch: string | undefined): PolicyRecord => {
    const record = find(wanted);
    if (record.managed) throw new AwsError('IllegalUpdate', `${record.config.Name} is managed by AWS.`);
    checkIfMatch(ifMatch, record.etag);
    return record;
  };
  const nameIsFree = (name: string, except?: string): void => {
    if (policies.entries().some(([, { id: other, config }]) => config.Name === name && other !== except)) {
      throw new AwsError(`${kind}AlreadyExists`, `A ${path} with the name ${name} already exists.`, 409);
    }
  };
  const shape = (record: PolicyRecord) => ({
    Id: record.id,
    ...(kind !== 'OriginAccessControl' && { LastModifiedTime: new Date(record.changedAt) }),
    [`${kind}Config`]: record.config,
  });
  const answer = (record: PolicyRecord) => ({ [kind]: shape(record), ETag: record.etag });

  return {
    [`Create${kind}`]: async (input) => {
      const config = checkPolicyConfig(kind, input[`${kind}Config`]);
      nameIsFree(config.Name);
      if (policies.entries().length >= quota) {
        throw new AwsError(`TooMany${plural}`, `You have reached the quota of ${quota} ${path} resources.`);
      }
      const record: PolicyRecord = { id: id(), config, etag: newEtag(), changedAt: now() };
      policies.put(record.id, record);
      return { ...answer(record), Location: `https://cloudfront.amazonaws.com/2020-05-31/${path}/${record.id}` };
    },
    [`Get${kind}`]: async (input) => answer(find(input.Id)),
    [`Get${kind}Config`]: async (input) => {
      const record = find(input.Id);
      return { [`${kind}Config`]: record.config, ETag: record.etag };
    },
    [`Update${kind}`]: async (input) => {
      const record = owned(input.Id, input.IfMatch);
      const config = checkPolicyConfig(kind, input[`${kind}Config`]);
      nameIsFree(config.Name, record.id);
      const updated = { ...record, config, etag: newEtag(), changedAt: now() };
      policies.put(record.id, updated);
      return answer(updated);
    },
    [`Delete${kind}`]: async (input) => {
      const record = owned(input.Id, input.IfMatch);
      const user = store.distributions.entries().find(([, distribution]) => uses(distribution, record.id));
      if (user) throw new AwsError(`${kind}InUse`, `The ${path} ${record.id} is used by distribution ${user[0]}.`, 409);
      policies.delete(record.id);
    },
    [`List${plural}`]: async (input) => {
      const all = [...MANAGED_POLICIES[kind], ...policies.entries().map(([, record]) => record)].filter(
        ({ managed }) => !input.Type || (input.Type === 'managed') === Boolean(managed),
      );
      const { items, size, truncated, nextMarker } = page(all, (record) => record.id, input.Marker, input.MaxItems);
      const list = { MaxItems: size, Quantity: items.length, ...(nextMarker && { NextMarker: nextMarker }) };
      if (kind === 'OriginAccessControl') {
        const summaries = items.map((record) => ({ Id: record.id, ...record.config }));
        return { [`${kind}List`]: { ...list, Marker: input.Marker ?? '', IsTruncated: truncated, Items: summaries } };
      }
      const summaries = items.map((record) => ({
        Type: record.managed ? 'managed' : 'custom',
        [kind]: shape(record),
      }));
      return { [`${kind}List`]: { ...list, Items: summaries } };
    },
  };
}

const uses = (distribution: DistributionRecord, id: string): boolean =>
  canonical(distribution.config).includes(`"${id}"`);
