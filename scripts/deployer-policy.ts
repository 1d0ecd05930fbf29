/**
 * docs/reference/deployer-policy.json: what `npm run deploy` and `serverless remove` need of AWS, from the packaged template.
 * CloudFormation acts with the rights of whoever deploys:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html
 */
import { crud, NEEDS, type TypeNeeds } from './deployer-needs.ts';
import { shown, type Template } from './template.ts';

/** The Serverless Framework's own calls: its stack by change sets, its bucket of packages, and who it is. */
const FRAMEWORK: Statement[] = [
  {
    Effect: 'Allow',
    Action: [
      ...crud('cloudformation', 'ChangeSet', ['Create', 'Describe', 'Execute', 'Delete']),
      'cloudformation:DeleteStack',
      'cloudformation:DescribeStackEvents',
      'cloudformation:DescribeStackResource',
      'cloudformation:DescribeStackResources',
      'cloudformation:DescribeStacks',
      'cloudformation:GetTemplate',
      'cloudformation:ListStackResources',
    ],
    Resource: ['arn:aws:cloudformation:REGION:ACCOUNT:stack/towpath-control-dev/*'],
  },
  { Effect: 'Allow', Action: ['cloudformation:ValidateTemplate', 'sts:GetCallerIdentity'], Resource: ['*'] },
  {
    Effect: 'Allow',
    Action: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
    Resource: ['arn:aws:s3:::towpath-control-dev-serverlessdeploymentbucket-*/*'],
  },
  {
    Effect: 'Allow',
    Action: ['s3:ListBucketVersions'],
    Resource: ['arn:aws:s3:::towpath-control-dev-serverlessdeploymentbucket-*'],
  },
];

/** Who may be handed the roles of the stack. */
const PASS: Statement = {
  Effect: 'Allow',
  Action: ['iam:PassRole'],
  Resource: ['arn:aws:iam::ACCOUNT:role/towpath-control-dev-*'],
  Condition: {
    StringEquals: {
      'iam:PassedToService': ['lambda.amazonaws.com', 'states.amazonaws.com', 'codebuild.amazonaws.com'],
    },
  },
};

export interface Statement {
  Effect: 'Allow';
  Action: string[];
  Resource: string[];
  Condition?: object;
}

export interface Policy {
  Version: '2012-10-17';
  Statement: Statement[];
}

/** Names as they are in AWS; a random end and whatever the account adds are `*`. */
function nameOf(id: string, type: string, properties: Record<string, unknown>): string {
  const property = NEEDS[type]?.named;
  const value = property === undefined ? undefined : properties[property];
  const whole = typeof value === 'string' ? value : undefined;
  const name = whole ?? (property === 'RoleName' && value !== undefined ? shown(value) : undefined);
  if (name === undefined) return `towpath-control-dev-${type === 'AWS::S3::Bucket' ? id.toLowerCase() : id}-*`;
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-manage-iam-access.html
  if (type === 'AWS::Events::Rule' && properties.EventBusName !== undefined) return 'towpath-dev/*';
  const region = name.replaceAll('AWS::Region', '*').replaceAll('us-east-1', '*');
  // Secrets Manager adds six characters of its own to an ARN.
  return type === 'AWS::SecretsManager::Secret' ? `${region}-*` : region;
}

/** An IAM policy has room for 6,144 characters: names that begin alike are one pattern. */
const PREFIXES = [
  // Whatever of a log group is judged: its streams too.
  '/aws/codebuild/towpath-dev-',
  '/aws/lambda/towpath-control-dev-',
  '/aws/vendedlogs/states/towpath-dev-',
  'towpath-control-dev-',
  'towpath/dev/',
  'towpath-dev-',
  'towpath-dev',
];

const collapse = (name: string) => {
  const prefix = PREFIXES.find((each) => name.startsWith(each) && (each.endsWith('dev') ? name === each : true));
  return prefix === undefined || prefix === name ? name : `${prefix}*`;
};

const sorted = (values: Iterable<string>) => [...new Set(values)].sort();

/** Placeholders: REGION, ACCOUNT; the stage is `dev`. Throws for a type of resource that nobody said the needs of. */
export function deployerPolicy({ Resources }: Template): Policy {
  const byType = Map.groupBy(Object.entries(Resources), ([, { Type }]) => Type);
  const unknown = [...byType.keys()].filter((type) => !(type in NEEDS));
  if (unknown.length > 0) throw new Error(`scripts/deployer-policy.ts has no row for ${unknown.join(', ')}`);
  const statements = [...byType].map(([type, resources]): Statement => {
    const { actions, byProperty = {}, arn, condition } = NEEDS[type] as TypeNeeds;
    const properties = new Set(resources.flatMap(([, { Properties = {} }]) => Object.keys(Properties)));
    const needed = [...actions, ...[...properties].flatMap((name) => byProperty[name] ?? [])];
    const names = resources.map(([id, { Properties = {} }]) => collapse(nameOf(id, type, Properties)));
    return {
      Effect: 'Allow',
      Action: sorted(needed),
      Resource: sorted(names.map(arn)),
      ...(condition && { Condition: condition }),
    };
  });
  const anywhere = sorted([...byType.keys()].flatMap((type) => NEEDS[type]?.anywhere ?? []));
  return {
    Version: '2012-10-17',
    Statement: merge([...FRAMEWORK, ...statements, PASS, { Effect: 'Allow', Action: anywhere, Resource: ['*'] }]),
  };
}

/** Statements on the same resources under the same condition are one. */
function merge(statements: Statement[]): Statement[] {
  const alike = Map.groupBy(statements, ({ Resource, Condition }) => JSON.stringify([Resource, Condition]));
  return [...alike.values()].map(([first, ...others]) => ({
    ...(first as Statement),
    Action: sorted([first as Statement, ...others].flatMap(({ Action }) => Action)),
  }));
}
