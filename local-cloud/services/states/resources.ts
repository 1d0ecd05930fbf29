/**
 * What a Task's Resource names, and the shapes that Step Functions gives a service's values: pure.
 * https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
 */
import type { Json } from './engine/language.ts';

export interface Resource {
  /** `lambda`, `codebuild`…; behind `aws-sdk:` as the SDK for Java names it. */
  service: string;
  /** In camel case, as in the ARN. */
  action: string;
  pattern: 'request' | 'sync' | 'token';
  /** `.sync:2` gives a child execution's output as JSON. */
  parsedOutput: boolean;
  anySdk: boolean;
}

const RESOURCE = /^arn:aws:states:::(aws-sdk:)?([a-z0-9]+):([A-Za-z0-9]+)(\.sync|\.sync:2|\.waitForTaskToken)?$/;

export function parseResource(arn: string): Resource | undefined {
  const [, sdk, service, action, suffix] = RESOURCE.exec(arn) ?? [];
  if (!service || !action) return undefined;
  const pattern = suffix === undefined ? 'request' : suffix === '.waitForTaskToken' ? 'token' : 'sync';
  return { service, action, pattern, parsedOutput: suffix === '.sync:2', anySdk: sdk !== undefined };
}

export interface ServiceNames {
  /** The credential scope. */
  scope: string;
  /** What its errors' names begin with. */
  errors: string;
  /** Its SDK members begin with a lower-case letter, Step Functions' with an upper-case one. */
  camelCase?: true;
}

/** The services of optimised integrations, with the actions that are emulated. */
const OPTIMISED: Record<string, ServiceNames & { actions: string[] }> = {
  lambda: { scope: 'lambda', errors: 'Lambda', actions: ['invoke'] },
  codebuild: {
    scope: 'codebuild',
    errors: 'CodeBuild',
    camelCase: true,
    actions: ['startBuild', 'stopBuild', 'batchGetBuilds'],
  },
  events: { scope: 'events', errors: 'EventBridge', actions: ['putEvents'] },
  sqs: { scope: 'sqs', errors: 'SQS', actions: ['sendMessage'] },
  states: { scope: 'states', errors: 'StepFunctions', camelCase: true, actions: ['startExecution'] },
  dynamodb: { scope: 'dynamodb', errors: 'DynamoDB', actions: ['getItem', 'putItem', 'updateItem', 'deleteItem'] },
};

const ANY_SDK: Record<string, ServiceNames> = {
  acm: { scope: 'acm', errors: 'Acm' },
  apigatewayv2: { scope: 'apigateway', errors: 'ApiGatewayV2' },
  cloudfront: { scope: 'cloudfront', errors: 'CloudFront' },
  cloudwatchlogs: { scope: 'logs', errors: 'CloudWatchLogs', camelCase: true },
  codebuild: { scope: 'codebuild', errors: 'CodeBuild', camelCase: true },
  dynamodb: { scope: 'dynamodb', errors: 'DynamoDb' },
  eventbridge: { scope: 'events', errors: 'EventBridge' },
  iam: { scope: 'iam', errors: 'Iam' },
  lambda: { scope: 'lambda', errors: 'Lambda' },
  route53: { scope: 'route53', errors: 'Route53' },
  s3: { scope: 's3', errors: 'S3' },
  secretsmanager: { scope: 'secretsmanager', errors: 'SecretsManager' },
  sfn: { scope: 'states', errors: 'Sfn', camelCase: true },
  sqs: { scope: 'sqs', errors: 'Sqs' },
  ssm: { scope: 'ssm', errors: 'Ssm' },
  sts: { scope: 'sts', errors: 'Sts' },
};

export function namesOf(resource: Resource): ServiceNames | undefined {
  return resource.anySdk ? ANY_SDK[resource.service] : OPTIMISED[resource.service];
}

const SYNC = ['codebuild:startBuild', 'states:startExecution'];

export function isLambdaArn(resource: string): boolean {
  return /^arn:aws:lambda:[^:]+:[^:]*:function:/.test(resource);
}

export function isEmulated(arn: string): boolean {
  if (isLambdaArn(arn)) return true;
  const resource = parseResource(arn);
  if (!resource) return false;
  if (resource.anySdk) return resource.pattern !== 'sync' && resource.service in ANY_SDK;
  if (resource.pattern === 'sync') return SYNC.includes(`${resource.service}:${resource.action}`);
  return OPTIMISED[resource.service]?.actions.includes(resource.action) ?? false;
}

/** Arguments as the SDK wants them; objects in text members become JSON text. */
export function toSdk(args: Json, names: ServiceNames, resource: Resource): object {
  const input = isObject(args) ? { ...args } : {};
  if (!resource.anySdk) {
    for (const member of ['Input', 'MessageBody']) asText(input, member);
    for (const entry of Array.isArray(input.Entries) ? input.Entries : []) if (isObject(entry)) asText(entry, 'Detail');
  }
  return (names.camelCase ? renameMembers(input, lowerFirst) : input) as object;
}

/** An SDK output as Step Functions shows it. Dates: milliseconds in optimised integrations, else ISO 8601. */
export function fromSdk(output: unknown, names: ServiceNames, resource: Resource): Json {
  const { $metadata: _metadata, ...members } = (output ?? {}) as Record<string, unknown>;
  const plain = JSON.parse(JSON.stringify(plainValues(members, !resource.anySdk))) as Json;
  return names.camelCase ? renameMembers(plain, upperFirst) : plain;
}

function plainValues(value: unknown, datesAsNumbers: boolean): unknown {
  if (value instanceof Date) return datesAsNumbers ? value.getTime() : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) return value.map((element) => plainValues(element, datesAsNumbers));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plainValues(member, datesAsNumbers)]));
}

function renameMembers(value: Json, rename: (name: string) => string): Json {
  if (Array.isArray(value)) return value.map((element) => renameMembers(element, rename));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [rename(key), renameMembers(member, rename)]));
}

function asText(object: { [key: string]: Json }, member: string): void {
  const value = object[member];
  if (value !== undefined && typeof value !== 'string') object[member] = JSON.stringify(value);
}

export function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
