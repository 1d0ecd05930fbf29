/**
 * SSM Parameter Store: String, StringList and SecureString parameters with versions.
 *
 * Gaps: labels, policies, advanced tiers, and everything of SSM that is not Parameter Store; of a parameter's history
 * only the version numbers go on. By design: a SecureString is kept as it is in the state folder, as no KMS is there,
 * and comes back only with WithDecryption; without it, as an opaque text.
 */
import { createHash } from 'node:crypto';
import * as sdk from '@aws-sdk/client-ssm';
import { AwsError } from '../../protocol/aws-error.ts';
import { sdkService } from '../../protocol/sdk-service.ts';
import type { Collection } from '../../runtime/records.ts';
import type { Environment, Operations, Service } from '../../service.ts';
import { parameterPage } from './page.ts';

/** @see https://docs.aws.amazon.com/general/latest/gr/ssm.html */
const MAX_STANDARD_VALUE_BYTES = 4096;

export interface StoredParameter {
  name: string;
  type: sdk.ParameterType;
  value: string;
  version: number;
  description?: string;
  arn: string;
  tags: sdk.Tag[];
  /** Milliseconds since the epoch. */
  modifiedAt: number;
}

type Parameters = Collection<StoredParameter>;

export function createSsmService(environment: Environment): Service {
  const parameters: Parameters = environment.records.collection('parameter');
  return sdkService({
    scope: 'ssm',
    module: sdk,
    client: new sdk.SSMClient({ region: environment.region }),
    operations: { ...readOperations(parameters), ...writeOperations(environment, parameters) },
  });
}

function readOperations(parameters: Parameters): Operations {
  return {
    GetParameter: async ({ Name, WithDecryption }: sdk.GetParameterRequest): Promise<sdk.GetParameterResult> => ({
      Parameter: describe(getParameter(parameters, Name!), WithDecryption),
    }),
    GetParameters: async ({
      Names = [],
      WithDecryption,
    }: sdk.GetParametersRequest): Promise<sdk.GetParametersResult> => {
      const found = [...new Set(Names)].map((name) => [name, find(parameters, name)] as const);
      return {
        Parameters: found.flatMap(([, parameter]) => (parameter ? [describe(parameter, WithDecryption)] : [])),
        InvalidParameters: found.flatMap(([name, parameter]) => (parameter ? [] : [name])),
      };
    },
    GetParametersByPath: async (input: sdk.GetParametersByPathRequest): Promise<sdk.GetParametersByPathResult> => {
      if (!input.Path?.startsWith('/')) {
        throw new AwsError('ValidationException', `The path ${input.Path} must start with a slash`);
      }
      const prefix = input.Path.endsWith('/') ? input.Path : `${input.Path}/`;
      const inside = parameters
        .entries(prefix)
        .map(([, parameter]) => parameter)
        .filter(({ name }) => input.Recursive || !name.slice(prefix.length).includes('/'));
      const { page, NextToken } = parameterPage(inside, input, 10);
      return { Parameters: page.map((parameter) => describe(parameter, input.WithDecryption)), NextToken };
    },
    DescribeParameters: async (input: sdk.DescribeParametersRequest): Promise<sdk.DescribeParametersResult> => {
      const filters = input.ParameterFilters ?? [];
      if (
        input.Filters?.length ||
        filters.some(({ Key, Option = 'Equals' }) => Key !== 'Name' || Option !== 'Equals')
      ) {
        throw new AwsError('NotImplemented', 'ssm:DescribeParameters filters by equal names alone here', 501);
      }
      const all = parameters
        .entries()
        .map(([, parameter]) => parameter)
        .filter(({ name }) => filters.every(({ Values = [] }) => Values.includes(name)));
      const { page, NextToken } = parameterPage(all, input, 50);
      return { Parameters: page.map(describeMetadata), NextToken };
    },
    ListTagsForResource: async ({ ResourceId }: sdk.ListTagsForResourceRequest) => ({
      TagList: getParameter(parameters, ResourceId!).tags,
    }),
  };
}

function writeOperations(environment: Environment, parameters: Parameters): Operations {
  return {
    PutParameter: async (input: sdk.PutParameterRequest): Promise<sdk.PutParameterResult> => {
      checkParameter(input);
      const existing = parameters.get(input.Name!);
      if (existing && !input.Overwrite) {
        const message = 'The parameter already exists. To overwrite this value, set the overwrite option to true.';
        throw new AwsError('ParameterAlreadyExists', message);
      }
      const type = input.Type ?? existing?.type;
      if (!type) throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
      const version = (existing?.version ?? 0) + 1;
      parameters.put(input.Name!, {
        name: input.Name!,
        type,
        value: input.Value!,
        version,
        description: input.Description ?? existing?.description,
        arn: `arn:aws:ssm:${environment.region}:${environment.accountId}:parameter/${input.Name!.replace(/^\//, '')}`,
        tags: input.Tags ?? existing?.tags ?? [],
        modifiedAt: environment.now(),
      });
      return { Version: version, Tier: 'Standard' };
    },
    DeleteParameter: async ({ Name }: sdk.DeleteParameterRequest) => {
      parameters.delete(getParameter(parameters, Name!).name);
      return {};
    },
    DeleteParameters: async ({ Names = [] }: sdk.DeleteParametersRequest): Promise<sdk.DeleteParametersResult> => {
      const existing = Names.filter((name) => parameters.get(name));
      for (const name of existing) parameters.delete(name);
      return { DeletedParameters: existing, InvalidParameters: Names.filter((name) => !existing.includes(name)) };
    },
    AddTagsToResource: async ({ ResourceId, Tags = [] }: sdk.AddTagsToResourceRequest) => {
      const parameter = getParameter(parameters, ResourceId!);
      const named = new Set(Tags.map((tag) => tag.Key));
      parameters.put(parameter.name, {
        ...parameter,
        tags: [...parameter.tags.filter((tag) => !named.has(tag.Key)), ...Tags],
      });
      return {};
    },
  };
}

function checkParameter({ Name, Value }: sdk.PutParameterRequest): void {
  if (!/^[\w.\-/]+$/.test(Name!) || (Name!.includes('/') && !Name!.startsWith('/'))) {
    const message = `Parameter name ${Name}: letters, digits and .-_/ are allowed; a hierarchy starts with a slash`;
    throw new AwsError('ValidationException', message);
  }
  if (!Value || Buffer.byteLength(Value) > MAX_STANDARD_VALUE_BYTES) {
    const message = `Standard tier parameters support values of 1 to ${MAX_STANDARD_VALUE_BYTES} characters.`;
    throw new AwsError('ValidationException', message);
  }
}

/** By name, by ARN, or as `name:version` for the current version. */
function find(parameters: Parameters, reference: string): StoredParameter | undefined {
  const fromArn = /:parameter\/(.+)$/.exec(reference)?.[1];
  const [name = '', version] = fromArn ? [fromArn] : reference.split(':');
  const parameter = parameters.get(name) ?? (fromArn ? parameters.get(`/${name}`) : undefined);
  return version && parameter && version !== String(parameter.version) ? undefined : parameter;
}

function getParameter(parameters: Parameters, reference: string): StoredParameter {
  const parameter = find(parameters, reference);
  if (!parameter) throw new AwsError('ParameterNotFound', `Parameter ${reference} not found.`);
  return parameter;
}

function describe(parameter: StoredParameter, decrypt = false): sdk.Parameter {
  const hidden = parameter.type === 'SecureString' && !decrypt;
  return {
    Name: parameter.name,
    Type: parameter.type,
    Value: hidden ? createHash('sha512').update(parameter.value).digest('base64') : parameter.value,
    Version: parameter.version,
    LastModifiedDate: new Date(parameter.modifiedAt),
    ARN: parameter.arn,
    DataType: 'text',
  };
}

function describeMetadata(parameter: StoredParameter): sdk.ParameterMetadata {
  return {
    Name: parameter.name,
    ARN: parameter.arn,
    Type: parameter.type,
    Version: parameter.version,
    Description: parameter.description,
    LastModifiedDate: new Date(parameter.modifiedAt),
    Tier: 'Standard',
    DataType: 'text',
  };
}
