import type * as sdk from '@aws-sdk/client-lambda';
import { type Aws, createOrUpdate, type PutRequest, type ResourceType } from '../resource-type.ts';
import { type CfnTag, stringValues, tagMap } from '../shapes.ts';

interface FunctionProperties extends Omit<sdk.CreateFunctionRequest, 'Code' | 'Tags' | 'FunctionName'> {
  FunctionName?: string;
  Code: { S3Bucket?: string; S3Key?: string; ZipFile?: string };
  Tags?: CfnTag[];
  ReservedConcurrentExecutions?: number;
}

export const lambdaFunction: ResourceType<FunctionProperties> = {
  put: async (request) => {
    const { properties, defaultName, aws } = request;
    const FunctionName = properties.FunctionName ?? defaultName.slice(0, 64);
    const made = await putFunction(request, FunctionName);
    const ReservedConcurrentExecutions = properties.ReservedConcurrentExecutions;
    if (ReservedConcurrentExecutions !== undefined) {
      const limit = Number(ReservedConcurrentExecutions);
      await aws('lambda', 'PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: limit });
    }
    return { id: FunctionName, attributes: { Arn: made.FunctionArn!.replace(/(:function:[^:]+):.*$/, '$1') } };
  },
  delete: async ({ id }, aws) => void (await aws('lambda', 'DeleteFunction', { FunctionName: id })),
};

async function putFunction(
  { properties, artifact, aws, logicalId }: PutRequest<FunctionProperties>,
  FunctionName: string,
): Promise<sdk.FunctionConfiguration> {
  const { Code, Tags, ReservedConcurrentExecutions: _, ...given } = properties;
  if (!Code.S3Key) throw new Error(`${logicalId}: only a Code with S3Bucket and S3Key is emulated`);
  const ZipFile = await artifact(Code.S3Key);
  const configuration = {
    ...given,
    FunctionName,
    ...(given.MemorySize === undefined ? {} : { MemorySize: Number(given.MemorySize) }),
    ...(given.Timeout === undefined ? {} : { Timeout: Number(given.Timeout) }),
    Environment: { Variables: stringValues(given.Environment?.Variables) },
  };
  return createOrUpdate(
    () =>
      aws<sdk.FunctionConfiguration>('lambda', 'CreateFunction', {
        ...configuration,
        Code: { ZipFile },
        Tags: tagMap(Tags),
      }),
    async () => {
      const { PackageType: _type, Architectures, ...updatable } = configuration;
      await aws('lambda', 'UpdateFunctionCode', { FunctionName, ZipFile, Architectures });
      return aws<sdk.FunctionConfiguration>('lambda', 'UpdateFunctionConfiguration', updatable);
    },
  );
}

export const version: ResourceType<{ FunctionName: string; Description?: string; CodeSha256?: string }> = {
  put: async ({ properties, previous, aws }) => {
    if (previous) return previous;
    const made = await aws<sdk.FunctionConfiguration>('lambda', 'PublishVersion', properties);
    return { id: made.FunctionArn!, attributes: { Version: made.Version!, FunctionArn: made.FunctionArn! } };
  },
  delete: async ({ id, attributes }, aws) =>
    void (await aws('lambda', 'DeleteFunction', { FunctionName: id, Qualifier: attributes.Version })),
};

interface PermissionProperties {
  FunctionName: string;
  Action: string;
  Principal: string;
  SourceArn?: string;
  SourceAccount?: string;
}

export const permission: ResourceType<PermissionProperties> = {
  put: async ({ properties, defaultName, aws }) => {
    const StatementId = defaultName;
    const add = () => aws('lambda', 'AddPermission', { ...properties, StatementId });
    await createOrUpdate(add, async () => {
      await aws('lambda', 'RemovePermission', { FunctionName: properties.FunctionName, StatementId });
      return add();
    });
    return { id: StatementId, attributes: { Id: StatementId } };
  },
  delete: async ({ id, properties }, aws) =>
    void (await aws('lambda', 'RemovePermission', { FunctionName: properties.FunctionName, StatementId: id })),
};

export const eventSourceMapping: ResourceType<sdk.CreateEventSourceMappingRequest> = {
  put: async ({ properties, previous, aws }) => {
    const UUID = previous?.id ?? (await mappingOf(properties, aws));
    const { EventSourceArn: _, ...updatable } = properties;
    const made = UUID
      ? await aws<sdk.EventSourceMappingConfiguration>('lambda', 'UpdateEventSourceMapping', { ...updatable, UUID })
      : await aws<sdk.EventSourceMappingConfiguration>('lambda', 'CreateEventSourceMapping', properties);
    return { id: made.UUID!, attributes: { Id: made.UUID!, EventSourceMappingArn: made.EventSourceMappingArn ?? '' } };
  },
  delete: async ({ id }, aws) => void (await aws('lambda', 'DeleteEventSourceMapping', { UUID: id })),
};

/** One that an interrupted load left behind. */
async function mappingOf(properties: sdk.CreateEventSourceMappingRequest, aws: Aws): Promise<string | undefined> {
  const { EventSourceArn, FunctionName } = properties;
  const { EventSourceMappings = [] } = await aws<sdk.ListEventSourceMappingsResponse>(
    'lambda',
    'ListEventSourceMappings',
    { EventSourceArn, FunctionName },
  );
  return EventSourceMappings[0]?.UUID;
}

export const eventInvokeConfig: ResourceType<sdk.PutFunctionEventInvokeConfigRequest> = {
  put: async ({ properties, aws }) => {
    await aws('lambda', 'PutFunctionEventInvokeConfig', properties);
    return { id: `${properties.FunctionName}|${properties.Qualifier ?? '$LATEST'}`, attributes: {} };
  },
  delete: async ({ properties: { FunctionName, Qualifier } }, aws) =>
    void (await aws('lambda', 'DeleteFunctionEventInvokeConfig', { FunctionName, Qualifier })),
};
