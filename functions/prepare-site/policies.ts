/** Who may do what with a site's bucket, as its functions, and as its builds. Pure. */
import type { Policy } from '../../aws/buckets.ts';
import { secretId } from '../../domain/secret-id.ts';
import type { Deployer } from '../../domain/site.ts';
import type { SecretReference } from '../../domain/variables.ts';

const allow = (Action: string[], Resource: string | string[]) => ({ Effect: 'Allow', Action, Resource });
const bucketArn = (bucket: string) => `arn:aws:s3:::${bucket}`;

/** CloudFront reads for this distribution alone. Without ListBucket a missing key would be a 403 instead of a 404. */
export function siteBucketPolicy(bucket: string, distributionArn: string): Policy {
  const cloudFront = {
    Effect: 'Allow',
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Condition: { StringEquals: { 'AWS:SourceArn': distributionArn } },
  };
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'ReadObjects', ...cloudFront, Action: 's3:GetObject', Resource: `${bucketArn(bucket)}/*` },
      { Sid: 'TellMissing', ...cloudFront, Action: 's3:ListBucket', Resource: bucketArn(bucket) },
    ],
  };
}

export interface SecretArns {
  parameters: string[];
  secrets: string[];
}

/** Names, not a prefix: a branch's functions reach no other branch's secrets. */
export function secretArns(
  { accountId, region }: Pick<Deployer, 'accountId' | 'region'>,
  references: SecretReference[],
): SecretArns {
  const inStore = (store: SecretReference['store']) => references.filter((reference) => reference.store === store);
  return {
    parameters: inStore('parameter-store').map(({ name }) => `arn:aws:ssm:${region}:${accountId}:parameter${name}`),
    // An ARN of Secrets Manager ends in six characters of its own.
    secrets: inStore('secrets-manager').map(
      ({ name }) => `arn:aws:secretsmanager:${region}:${accountId}:secret:${secretId(name).id}-??????`,
    ),
  };
}

/** CodeBuild, and the functions, ask for several parameters at once. */
const readSecrets = ({ parameters, secrets }: SecretArns) => [
  ...(parameters.length > 0 ? [allow(['ssm:GetParameters'], [...new Set(parameters)])] : []),
  ...(secrets.length > 0 ? [allow(['secretsmanager:GetSecretValue'], [...new Set(secrets)])] : []),
];

/** Lambda@Edge writes its log in the Region that served, under the name of the us-east-1 function. */
export function functionRolePolicy(site: {
  bucket: string;
  accountId: string;
  functionPrefix: string;
  /** ARN of the queue of stale pages: the edge functions write it, the regeneration function reads it. */
  queueArn: string;
  /** ARN of the control plane's table, of which the site has its own tags. */
  tableArn: string;
  site: string;
  distributionArn: string;
  /** ARNs of what the functions fetch when they start. */
  secrets: SecretArns;
}): Policy {
  const bucket = bucketArn(site.bucket);
  const groups = ['us-east-1.', ''].map(
    (region) => `arn:aws:logs:*:${site.accountId}:log-group:/aws/lambda/${region}${site.functionPrefix}*`,
  );
  return {
    Version: '2012-10-17',
    Statement: [
      allow(['s3:GetObject'], `${bucket}/*`),
      allow(['s3:ListBucket'], bucket),
      allow(['s3:PutObject'], [`${bucket}/spill/*`, `${bucket}/releases/*/isr/*`, `${bucket}/releases/*/cache/*`]),
      allow(
        [
          'sqs:SendMessage',
          'sqs:ReceiveMessage',
          'sqs:DeleteMessage',
          'sqs:ChangeMessageVisibility',
          'sqs:GetQueueAttributes',
        ],
        site.queueArn,
      ),
      {
        ...allow(['dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], site.tableArn),
        // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`TAG#${site.site}#*`] } },
      },
      allow(['cloudfront:CreateInvalidation'], site.distributionArn),
      allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], groups),
      ...readSecrets(site.secrets),
    ],
  };
}

export interface BuildAccess {
  site: string;
  accountId: string;
  region: string;
  artifactBucket: string;
  /** Name of the log group of all builds. */
  buildLogGroup: string;
  /** The deployments whose builds may still be replayed, this one among them. */
  deployments: string[];
  /** ARNs of what the build's variables refer to. */
  secrets: SecretArns;
}

/** Builds run code that nobody has read: they reach their own
 * deployments' sources and artifacts, their site's cache and the log, and nothing else. */
export function buildRolePolicy(access: BuildAccess): Policy {
  const bucket = bucketArn(access.artifactBucket);
  const ofDeployments = (name: string) => access.deployments.map((id) => `${bucket}/deployments/${id}/${name}`);
  const cache = [`${bucket}/cache/${access.site}`, `${bucket}/cache/${access.site}/*`];
  const group = `arn:aws:logs:${access.region}:${access.accountId}:log-group:${access.buildLogGroup}`;
  return {
    Version: '2012-10-17',
    Statement: [
      allow(['s3:GetObject', 's3:GetObjectVersion'], [`${bucket}/tools/*`, ...ofDeployments('source.zip'), ...cache]),
      allow(['s3:PutObject'], [...ofDeployments('bundle.zip'), ...cache]),
      allow(['s3:GetBucketLocation', 's3:GetBucketAcl'], bucket),
      allow(
        ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        [group, `${group}:log-stream:`, `${group}:log-stream:${access.site}/*`],
      ),
      ...readSecrets(access.secrets),
    ],
  };
}
