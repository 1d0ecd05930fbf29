/**
 * docs/reference/deployer-policy.json: what `npm run deploy` and `serverless remove` need of AWS, from the packaged template.
 * CloudFormation acts with the rights of whoever deploys:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html
 */
import { shown, type Template } from './template.ts';

interface TypeNeeds {
  /** To create, read, change and delete one. */
  actions: string[];
  /** What setting a property needs beside these. */
  byProperty?: Record<string, string[]>;
  /** ARN of one of that name; `*` for actions that AWS judges without a resource. */
  arn: (name: string) => string;
  /** The property with the name; without one, CloudFormation makes it of stack and logical id. */
  named?: string;
  /** Actions that take no resource. */
  anywhere?: string[];
  /** Of the condition on all of them. */
  condition?: object;
}

const here = (service: string, kind: string) => (name: string) => `arn:aws:${service}:REGION:ACCOUNT:${kind}${name}`;
const anything = () => '*';
const crud = (service: string, noun: string, verbs = ['Create', 'Get', 'Update', 'Delete']) =>
  verbs.map((verb) => `${service}:${verb}${noun}`);

/** API Gateway judges methods on paths: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html */
const API_GATEWAY: TypeNeeds = {
  actions: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => `apigateway:${method}`),
  arn: () => 'arn:aws:apigateway:REGION::/apis*',
};

/** CloudFront gives them ids: none has a name in its ARN, and creating one takes no resource. */
const sharedByDistributions = (noun: string, kind: string): TypeNeeds => ({
  actions: crud('cloudfront', noun, ['Get', 'Update', 'Delete']),
  arn: () => `arn:aws:cloudfront::ACCOUNT:${kind}/*`,
  anywhere: [`cloudfront:Create${noun}`],
});

/** A type of the template without a row here fails the test of this page. Actions: https://docs.aws.amazon.com/service-authorization/ */
const NEEDS: Record<string, TypeNeeds> = {
  'AWS::S3::Bucket': {
    actions: ['s3:CreateBucket', 's3:DeleteBucket', 's3:ListBucket'],
    byProperty: {
      BucketEncryption: ['s3:PutEncryptionConfiguration', 's3:GetEncryptionConfiguration'],
      PublicAccessBlockConfiguration: ['s3:PutBucketPublicAccessBlock', 's3:GetBucketPublicAccessBlock'],
      LifecycleConfiguration: ['s3:PutLifecycleConfiguration', 's3:GetLifecycleConfiguration'],
    },
    arn: (name) => `arn:aws:s3:::${name}`,
    named: 'BucketName',
  },
  'AWS::S3::BucketPolicy': {
    actions: ['s3:PutBucketPolicy', 's3:GetBucketPolicy', 's3:DeleteBucketPolicy'],
    arn: (name) => `arn:aws:s3:::${name}`,
    named: 'Bucket',
  },
  'AWS::Logs::LogGroup': {
    actions: ['logs:CreateLogGroup', 'logs:DeleteLogGroup', 'logs:ListTagsForResource'],
    byProperty: { RetentionInDays: ['logs:PutRetentionPolicy', 'logs:DeleteRetentionPolicy'] },
    arn: here('logs', 'log-group:'),
    named: 'LogGroupName',
    anywhere: ['logs:DescribeLogGroups'],
  },
  'AWS::IAM::Role': {
    actions: ['iam:CreateRole', 'iam:GetRole', 'iam:UpdateRole', 'iam:DeleteRole', 'iam:UpdateAssumeRolePolicy'],
    byProperty: {
      Policies: ['iam:PutRolePolicy', 'iam:GetRolePolicy', 'iam:ListRolePolicies', 'iam:DeleteRolePolicy'],
      ManagedPolicyArns: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy', 'iam:ListAttachedRolePolicies'],
    },
    arn: (name) => `arn:aws:iam::ACCOUNT:role/${name}`,
    named: 'RoleName',
  },
  'AWS::Lambda::Function': {
    actions: [
      ...crud('lambda', 'Function', ['Create', 'Get', 'Delete']),
      'lambda:UpdateFunctionCode',
      'lambda:UpdateFunctionConfiguration',
      'lambda:GetFunctionCodeSigningConfig',
      'lambda:GetRuntimeManagementConfig',
      'lambda:TagResource',
    ],
    arn: here('lambda', 'function:'),
    named: 'FunctionName',
  },
  'AWS::Lambda::Permission': {
    actions: ['lambda:AddPermission', 'lambda:RemovePermission', 'lambda:GetPolicy'],
    arn: here('lambda', 'function:'),
    named: 'FunctionName',
  },
  'AWS::Lambda::EventSourceMapping': {
    actions: crud('lambda', 'EventSourceMapping'),
    arn: anything,
    condition: { ArnLike: { 'lambda:FunctionArn': here('lambda', 'function:')('towpath-control-dev-*') } },
  },
  'AWS::StepFunctions::StateMachine': {
    actions: [
      ...crud('states', 'StateMachine', ['Create', 'Describe', 'Update', 'Delete']),
      'states:ListTagsForResource',
      'states:TagResource',
      'states:UntagResource',
    ],
    byProperty: { LoggingConfiguration: [] },
    arn: here('states', 'stateMachine:'),
    named: 'StateMachineName',
    // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
    anywhere: [
      'states:ValidateStateMachineDefinition',
      ...crud('logs', 'LogDelivery'),
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:DescribeResourcePolicies',
    ],
  },
  'AWS::Events::Rule': {
    actions: ['events:PutRule', 'events:DescribeRule', 'events:DeleteRule'],
    byProperty: { Targets: ['events:PutTargets', 'events:RemoveTargets', 'events:ListTargetsByRule'] },
    arn: here('events', 'rule/'),
    named: 'Name',
  },
  'AWS::Events::EventBus': {
    actions: ['events:CreateEventBus', 'events:DescribeEventBus', 'events:UpdateEventBus', 'events:DeleteEventBus'],
    arn: here('events', 'event-bus/'),
    named: 'Name',
  },
  'AWS::ApiGatewayV2::Api': API_GATEWAY,
  'AWS::ApiGatewayV2::Stage': API_GATEWAY,
  'AWS::ApiGatewayV2::Integration': API_GATEWAY,
  'AWS::ApiGatewayV2::Route': API_GATEWAY,
  'AWS::DynamoDB::Table': {
    actions: [...crud('dynamodb', 'Table', ['Create', 'Describe', 'Update', 'Delete']), 'dynamodb:ListTagsOfResource'],
    byProperty: {
      TimeToLiveSpecification: ['dynamodb:UpdateTimeToLive', 'dynamodb:DescribeTimeToLive'],
      PointInTimeRecoverySpecification: ['dynamodb:UpdateContinuousBackups', 'dynamodb:DescribeContinuousBackups'],
    },
    arn: here('dynamodb', 'table/'),
    named: 'TableName',
  },
  'AWS::SQS::Queue': {
    actions: [
      'sqs:CreateQueue',
      'sqs:DeleteQueue',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:ListQueueTags',
      'sqs:SetQueueAttributes',
    ],
    arn: here('sqs', ''),
    named: 'QueueName',
  },
  // Of a queue that is in the template, too.
  'AWS::SQS::QueuePolicy': { actions: ['sqs:SetQueueAttributes'], arn: () => here('sqs', '')('towpath-dev-*') },
  'AWS::SecretsManager::Secret': {
    actions: [
      ...crud('secretsmanager', 'Secret', ['Create', 'Describe', 'Update', 'Delete']),
      'secretsmanager:TagResource',
    ],
    arn: here('secretsmanager', 'secret:'),
    named: 'Name',
    anywhere: ['secretsmanager:GetRandomPassword'],
  },
  'AWS::CodeBuild::Project': {
    actions: [...crud('codebuild', 'Project', ['Create', 'Update', 'Delete']), 'codebuild:BatchGetProjects'],
    arn: here('codebuild', 'project/'),
    named: 'Name',
  },
  'AWS::CloudFront::CachePolicy': sharedByDistributions('CachePolicy', 'cache-policy'),
  'AWS::CloudFront::OriginRequestPolicy': sharedByDistributions('OriginRequestPolicy', 'origin-request-policy'),
  'AWS::CloudFront::ResponseHeadersPolicy': sharedByDistributions('ResponseHeadersPolicy', 'response-headers-policy'),
  'AWS::CloudFront::OriginAccessControl': sharedByDistributions('OriginAccessControl', 'origin-access-control'),
  'AWS::CloudFront::Function': {
    actions: [...crud('cloudfront', 'Function', ['Describe', 'Get', 'Update', 'Delete']), 'cloudfront:PublishFunction'],
    anywhere: ['cloudfront:CreateFunction'],
    arn: (name) => `arn:aws:cloudfront::ACCOUNT:function/${name}`,
    named: 'Name',
  },
  'AWS::CloudWatch::Alarm': {
    actions: ['cloudwatch:PutMetricAlarm', 'cloudwatch:DescribeAlarms', 'cloudwatch:DeleteAlarms'],
    arn: here('cloudwatch', 'alarm:'),
    named: 'AlarmName',
  },
  'AWS::CloudWatch::Dashboard': {
    actions: ['cloudwatch:PutDashboard', 'cloudwatch:GetDashboard', 'cloudwatch:DeleteDashboards'],
    arn: (name) => `arn:aws:cloudwatch::ACCOUNT:dashboard/${name}`,
    named: 'DashboardName',
  },
};

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
