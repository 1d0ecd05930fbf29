import { type Aws, createOrUpdate, type PutRequest, type ResourceType } from '../resource-type.ts';
import { quantified } from '../shapes.ts';

interface Tagged {
  ETag: string;
}

/**
 * Policies and origin access controls: `{ <Noun>Config: { Name, … } }` in the template, one operation each to create,
 * update under an ETag, and delete.
 */
function configured(noun: string, attributes: string[] = ['Id']): ResourceType<Record<string, object>> {
  const member = `${noun}Config`;
  return {
    put: async ({ properties, previous, aws, logicalId }: PutRequest<Record<string, object>>) => {
      const config = properties[member];
      if (!config) throw new Error(`${logicalId} has no ${member}`);
      const input = { [member]: quantified(config) };
      if (previous) {
        const IfMatch = await etag(previous.id, noun, aws);
        await aws('cloudfront', `Update${noun}`, { ...input, Id: previous.id, IfMatch });
        return previous;
      }
      const made = await aws<Record<string, { Id: string }>>('cloudfront', `Create${noun}`, input);
      const { Id } = made[noun]!;
      return { id: Id, attributes: Object.fromEntries(attributes.map((name) => [name, Id])) };
    },
    delete: async ({ id }, aws) => {
      const IfMatch = await etag(id, noun, aws);
      await aws('cloudfront', `Delete${noun}`, { Id: id, IfMatch });
    },
  };
}

async function etag(Id: string, noun: string, aws: Aws): Promise<string> {
  return (await aws<Tagged>('cloudfront', `Get${noun}`, { Id })).ETag;
}

export const cachePolicy = configured('CachePolicy');
export const originRequestPolicy = configured('OriginRequestPolicy');
export const responseHeadersPolicy = configured('ResponseHeadersPolicy');
export const originAccessControl = configured('OriginAccessControl');

interface FunctionProperties {
  Name: string;
  FunctionCode: string;
  FunctionConfig: { Comment: string; Runtime: string; KeyValueStoreAssociations?: object[] };
  AutoPublish?: boolean | string;
}

export const cloudFrontFunction: ResourceType<FunctionProperties> = {
  put: async ({ properties, aws }) => {
    const { Name, AutoPublish } = properties;
    const FunctionConfig = quantified(properties.FunctionConfig);
    const input = { Name, FunctionConfig, FunctionCode: Buffer.from(properties.FunctionCode) };
    const { ETag } = await createOrUpdate(
      () => aws<Tagged>('cloudfront', 'CreateFunction', input),
      async () => {
        const current = await aws<Tagged>('cloudfront', 'DescribeFunction', { Name });
        return aws<Tagged>('cloudfront', 'UpdateFunction', { ...input, IfMatch: current.ETag });
      },
    );
    if (String(AutoPublish) === 'true') await aws('cloudfront', 'PublishFunction', { Name, IfMatch: ETag });
    const FunctionARN = `arn:aws:cloudfront::${aws.accountId}:function/${Name}`;
    return { id: FunctionARN, attributes: { FunctionARN, 'FunctionMetadata.FunctionARN': FunctionARN } };
  },
  delete: async ({ properties: { Name } }, aws) => {
    const { ETag } = await aws<Tagged>('cloudfront', 'DescribeFunction', { Name });
    await aws('cloudfront', 'DeleteFunction', { Name, IfMatch: ETag });
  },
};
