/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html; what associating edge
 * functions needs: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-permissions.html
 */
import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import { type At, isEmpty, listedTags, need, type ResourceOf, type Rows, rowsOf, tagContext } from '../need.ts';

interface Configured {
  Id?: string;
  DistributionConfig?: DistributionConfig;
  DistributionConfigWithTags?: { DistributionConfig?: DistributionConfig; Tags?: TagSet };
}

interface TagSet {
  Items?: { Key?: string; Value?: string }[];
}

const arn = (at: At, kind: string, id = '*') => `arn:aws:cloudfront::${at.accountId}:${kind}/${id}`;
const byId =
  (kind: string): ResourceOf =>
  ({ Id }: { Id?: string }, at) =>
    arn(at, kind, Id);

const distribution = byId('distribution');
const invalidated: ResourceOf = ({ DistributionId }: { DistributionId?: string }, at) =>
  arn(at, 'distribution', DistributionId);
const viewerFunction: ResourceOf = ({ Name }: { Name?: string }, at) => arn(at, 'function', Name);
const tagged: ResourceOf = ({ Resource = '' }: { Resource?: string }) => Resource;

function edgeFunctions(config: DistributionConfig | undefined): string[] {
  const behaviours = [config?.DefaultCacheBehavior, ...(config?.CacheBehaviors?.Items ?? [])];
  const associations = behaviours.flatMap((behaviour) => behaviour?.LambdaFunctionAssociations?.Items ?? []);
  return [...new Set(associations.map(({ LambdaFunctionARN = '' }) => LambdaFunctionARN))];
}

const configOf = (input: Configured) =>
  input.DistributionConfig ?? input.DistributionConfigWithTags?.DistributionConfig;

async function before({ Id }: Configured, at: At): Promise<string[]> {
  if (Id === undefined) return [];
  const found = await at.look<{ DistributionConfig: DistributionConfig }>('cloudfront', 'GetDistributionConfig', {
    Id,
  });
  return edgeFunctions(found?.DistributionConfig);
}

const REPLICATOR = 'replicator.lambda.amazonaws.com';

/** lambda:GetFunction is asked for when CloudFront reads the functions as the caller. */
const associate = [
  need('lambda:EnableReplication*', async (input: Configured, at) => {
    const had = await before(input, at);
    return edgeFunctions(configOf(input)).filter((arn) => !had.includes(arn));
  }),
  need('lambda:DisableReplication*', async (input: Configured, at) => {
    const has = edgeFunctions(configOf(input));
    return (await before(input, at)).filter((arn) => !has.includes(arn));
  }),
  // Asked for whenever a distribution gets its first edge function: the local cloud makes no service-linked roles.
  need(
    'iam:CreateServiceLinkedRole',
    async (input: Configured, at) => {
      const isFirst = edgeFunctions(configOf(input)).length > 0 && (await before(input, at)).length === 0;
      const role = `role/aws-service-role/${REPLICATOR}/AWSServiceRoleForLambdaReplicator`;
      return isFirst ? `arn:aws:iam::${at.accountId}:${role}` : [];
    },
    { context: () => ({ 'iam:awsservicename': REPLICATOR }) },
  ),
];

const tagsOf = ({ DistributionConfigWithTags }: Configured) =>
  tagContext(listedTags(DistributionConfigWithTags?.Tags?.Items));

/** Policies and access controls: `CachePolicy` → `cache-policy`. */
function shared(noun: string): Rows {
  const kind = noun.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
  const plural = noun.replace(/y$/, 'ie');
  return {
    [`Create${noun}`]: [need(`cloudfront:Create${noun}`)],
    ...rowsOf([`Get${noun}`, `Get${noun}Config`, `Update${noun}`, `Delete${noun}`], (name) => [
      need(`cloudfront:${name}`, byId(kind)),
    ]),
    [`List${plural}s`]: [need(`cloudfront:List${plural}s`)],
  };
}

/** Creating one takes no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html */
export const cloudfront: Rows = {
  CreateDistribution: [need('cloudfront:CreateDistribution'), ...associate],
  CreateDistributionWithTags: [
    need('cloudfront:CreateDistribution', undefined, { context: tagsOf }),
    need(
      'cloudfront:TagResource',
      (input: Configured, at) =>
        isEmpty(input.DistributionConfigWithTags?.Tags?.Items) ? [] : arn(at, 'distribution'),
      { context: tagsOf },
    ),
    ...associate,
  ],
  UpdateDistribution: [need('cloudfront:UpdateDistribution', distribution), ...associate],
  ...rowsOf(['GetDistribution', 'GetDistributionConfig', 'DeleteDistribution'], (name) => [
    need(`cloudfront:${name}`, distribution),
  ]),
  ListDistributions: [need('cloudfront:ListDistributions')],
  ...rowsOf(['CreateInvalidation', 'GetInvalidation', 'ListInvalidations'], (name) => [
    need(`cloudfront:${name}`, invalidated),
  ]),
  ...shared('CachePolicy'),
  ...shared('OriginRequestPolicy'),
  ...shared('ResponseHeadersPolicy'),
  ...shared('OriginAccessControl'),
  CreateFunction: [need('cloudfront:CreateFunction')],
  ...rowsOf(
    ['UpdateFunction', 'PublishFunction', 'DeleteFunction', 'DescribeFunction', 'GetFunction', 'TestFunction'],
    (name) => [need(`cloudfront:${name}`, viewerFunction)],
  ),
  ListFunctions: [need('cloudfront:ListFunctions')],
  ListTagsForResource: [need('cloudfront:ListTagsForResource', tagged)],
  TagResource: [
    need('cloudfront:TagResource', tagged, {
      context: ({ Tags }: { Tags?: TagSet }) => tagContext(listedTags(Tags?.Items)),
    }),
  ],
  UntagResource: [need('cloudfront:UntagResource', tagged)],
  // No operation of AWS: how Lambda asks CloudFront within the local cloud, which no wire reaches.
  ReplicatedFunctions: [],
};
