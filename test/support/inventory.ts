/** Everything that an account of the local cloud holds, by name: what is there before must be there after, and nothing else. */
import type { LocalCloud } from '../../local-cloud/index.ts';
import type { Caller } from '../../local-cloud/service.ts';

/** Kind of resource → sorted names. */
export type Inventory = Record<string, string[]>;

/** The Regions of which the local cloud could hold something: Lambda@Edge logs where it serves. */
const REGIONS = ['us-east-1', 'eu-south-1', 'eu-central-1', 'ap-southeast-2'];

type Item = Record<string, { S?: string; N?: string }>;

export async function inventoryOf(cloud: LocalCloud): Promise<Inventory> {
  const caller: Caller = {
    accountId: cloud.accountId,
    arn: `arn:aws:iam::${cloud.accountId}:root`,
    region: cloud.region,
  };
  const aws = <Output>(service: string, operation: string, input: object = {}, region = cloud.region) =>
    cloud.call<Output>(service, operation, input, { ...caller, region });
  const names = async <Output>(service: string, operation: string, pick: (output: Output) => string[], input = {}) =>
    pick(await aws<Output>(service, operation, input)).sort();

  const buckets = await names('s3', 'ListBuckets', ({ Buckets }: { Buckets: { Name: string }[] }) =>
    Buckets.map(({ Name }) => Name),
  );
  const objects = await Promise.all(buckets.map((bucket) => objectsIn(bucket, aws)));
  const logGroups = await Promise.all(
    REGIONS.map(async (region) => {
      const { logGroups: found } = await aws<{ logGroups: { logGroupName: string }[] }>(
        'logs',
        'DescribeLogGroups',
        { limit: 1000 },
        region,
      );
      return found.map(({ logGroupName }) => `${region} ${logGroupName}`);
    }),
  );
  const { Items } = await aws<{ Items: Item[] }>('dynamodb', 'Scan', {
    TableName: cloud.outputs.TableName,
    ConsistentRead: true,
  });
  return {
    buckets,
    objects: objects.flat().sort(),
    logGroups: logGroups.flat().sort(),
    // What goes by itself: seen deliveries, and what is remembered of a removal.
    items: Items.filter(({ ttl }) => !ttl)
      .map(({ pk, sk }) => `${pk?.S} ${sk?.S}`)
      .sort(),
    buildLogs: await names(
      'logs',
      'DescribeLogStreams',
      ({ logStreams }: { logStreams: { logStreamName: string }[] }) => logStreams.map((one) => one.logStreamName),
      { logGroupName: '/aws/codebuild/towpath-dev-build' },
    ),
    functions: await functionsOf(aws),
    eventSources: await names(
      'lambda',
      'ListEventSourceMappings',
      ({ EventSourceMappings }: { EventSourceMappings: { EventSourceArn: string }[] }) =>
        EventSourceMappings.map((one) => one.EventSourceArn),
    ),
    roles: await names('iam', 'ListRoles', ({ Roles }: { Roles: { Arn: string }[] }) => Roles.map(({ Arn }) => Arn), {
      MaxItems: 1000,
    }),
    distributions: await names(
      'cloudfront',
      'ListDistributions',
      ({ DistributionList }: { DistributionList: { Items: { Id: string }[] } }) =>
        DistributionList.Items.map(({ Id }) => Id),
    ),
    viewerFunctions: await names(
      'cloudfront',
      'ListFunctions',
      ({ FunctionList }: { FunctionList: { Items: { Name: string }[] } }) => FunctionList.Items.map(({ Name }) => Name),
    ),
    certificates: await names(
      'acm',
      'ListCertificates',
      ({ CertificateSummaryList }: { CertificateSummaryList: { CertificateArn: string }[] }) =>
        CertificateSummaryList.map(({ CertificateArn }) => CertificateArn),
    ),
    records: await recordsOf(aws),
    queues: await names('sqs', 'ListQueues', ({ QueueUrls = [] }: { QueueUrls?: string[] }) => QueueUrls),
    secrets: await names('secretsmanager', 'ListSecrets', ({ SecretList = [] }: { SecretList?: { Name: string }[] }) =>
      SecretList.map(({ Name }) => Name),
    ),
    parameters: await names('ssm', 'DescribeParameters', ({ Parameters }: { Parameters: { Name: string }[] }) =>
      Parameters.map(({ Name }) => Name),
    ),
  };
}

async function objectsIn(
  bucket: string,
  aws: <Output>(service: string, operation: string, input: object) => Promise<Output>,
) {
  const { Contents = [] } = await aws<{ Contents?: { Key: string }[] }>('s3', 'ListObjectsV2', { Bucket: bucket });
  // The collector, which all builds share.
  return Contents.map(({ Key }) => `${bucket}/${Key}`).filter((name) => !name.includes('/tools/'));
}

/** Every version; Lambda tells of fifty at a time. */
async function functionsOf(aws: <Output>(service: string, operation: string, input?: object) => Promise<Output>) {
  const found: string[] = [];
  let Marker: string | undefined;
  do {
    const page: { Functions: { FunctionArn: string }[]; NextMarker?: string } = await aws('lambda', 'ListFunctions', {
      FunctionVersion: 'ALL',
      Marker,
    });
    found.push(...page.Functions.map(({ FunctionArn }) => FunctionArn));
    Marker = page.NextMarker;
  } while (Marker);
  return found.sort();
}

/** Of every zone, as `name type`. */
async function recordsOf(aws: <Output>(service: string, operation: string, input?: object) => Promise<Output>) {
  const { HostedZones } = await aws<{ HostedZones: { Id: string }[] }>('route53', 'ListHostedZones');
  const all = await Promise.all(
    HostedZones.map(({ Id }) =>
      aws<{ ResourceRecordSets: { Name: string; Type: string }[] }>('route53', 'ListResourceRecordSets', {
        HostedZoneId: Id,
      }),
    ),
  );
  return all.flatMap(({ ResourceRecordSets }) => ResourceRecordSets.map(({ Name, Type }) => `${Name} ${Type}`)).sort();
}
