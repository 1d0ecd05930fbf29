/** The durable state of the service, by Region and function. Values are the SDK's shapes, with times as strings. */
import type {
  AliasConfiguration,
  DestinationConfig,
  EventSourceMappingConfiguration,
  FunctionConfiguration,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Collection, Records } from '../../runtime/records.ts';
import { type FunctionReference, functionArn } from './function-name.ts';

/** What belongs to a function beyond its versions. */
export interface FunctionRecord {
  latest: FunctionConfiguration;
  /** The last number that PublishVersion gave; numbers are never given twice. */
  lastVersion: number;
  reservedConcurrency?: number;
  tags: Record<string, string>;
}

export interface EventInvokeConfig {
  MaximumRetryAttempts?: number;
  MaximumEventAgeInSeconds?: number;
  DestinationConfig?: DestinationConfig;
  lastModified: number;
}

export interface PolicyRecord {
  statements: PolicyStatement[];
  revisionId: string;
}

export interface PolicyStatement {
  Sid: string;
  Effect: 'Allow';
  Principal: '*' | { Service: string } | { AWS: string };
  Action: string;
  Resource: string;
  Condition?: Record<string, Record<string, string>>;
}

export type MappingRecord = Omit<EventSourceMappingConfiguration, 'LastModified'> & {
  region: string;
  lastModified: number;
};

export interface LambdaStore {
  functions: Collection<FunctionRecord>;
  versions: Collection<FunctionConfiguration>;
  aliases: Collection<AliasConfiguration>;
  policies: Collection<PolicyRecord>;
  eventInvokeConfigs: Collection<EventInvokeConfig>;
  mappings: Collection<MappingRecord>;
  atomically: Records['atomically'];
}

export const openStore = (records: Records): LambdaStore => ({
  functions: records.collection('functions'),
  versions: records.collection('versions'),
  aliases: records.collection('aliases'),
  policies: records.collection('policies'),
  eventInvokeConfigs: records.collection('event-invoke-configs'),
  mappings: records.collection('mappings'),
  atomically: (work) => records.atomically(work),
});

/** Keys in which the versions of a function sort by number. */
export const functionKey = ({ region, name }: FunctionReference): string => `${region}/${name}`;
export const ofFunction = (reference: FunctionReference): string => `${functionKey(reference)}/`;
export const versionKey = (reference: FunctionReference, version: string): string =>
  ofFunction(reference) + version.padStart(12, '0');
export const qualifiedKey = (reference: FunctionReference): string =>
  ofFunction(reference) + (reference.qualifier ?? '$LATEST');

function functionNotFound(reference: FunctionReference): AwsError {
  return new AwsError('ResourceNotFoundException', `Function not found: ${functionArn(reference)}`, 404, {
    Type: 'User',
  });
}

export function getFunctionRecord(store: LambdaStore, reference: FunctionReference): FunctionRecord {
  const record = store.functions.get(functionKey(reference));
  if (!record) throw functionNotFound(reference);
  return record;
}

/** The configuration behind a reference, through an alias if the qualifier is one. */
export function getConfiguration(store: LambdaStore, reference: FunctionReference): FunctionConfiguration {
  const { latest } = getFunctionRecord(store, reference);
  const { qualifier } = reference;
  if (qualifier === undefined || qualifier === '$LATEST') return latest;
  const version = /^\d+$/.test(qualifier)
    ? qualifier
    : store.aliases.get(ofFunction(reference) + qualifier)?.FunctionVersion;
  if (version === '$LATEST') return latest;
  const configuration = version && store.versions.get(versionKey(reference, version));
  if (!configuration) throw functionNotFound(reference);
  return configuration;
}

/** Published versions of a function, lowest number first. */
export const publishedVersions = (store: LambdaStore, reference: FunctionReference): FunctionConfiguration[] =>
  store.versions.entries(ofFunction(reference)).map(([, configuration]) => configuration);
