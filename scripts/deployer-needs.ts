/** What CloudFormation needs to make, read, change and delete a resource of each type that the template has. */

export interface TypeNeeds {
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
export const crud = (service: string, noun: string, verbs = ['Create', 'Get', 'Update', 'Delete']) =>
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
export const NEEDS: Record<string, TypeNeeds> = {
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
