/**
 * Queue attributes: their ranges, defaults and checks.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
import { AwsError } from '../../protocol/aws-error.ts';

export type Attributes = Record<string, string>;

interface AttributeRule {
  default?: string;
  /** Numbers, in the unit of the attribute's name. */
  range?: [number, number];
  oneOf?: string[];
  json?: true;
  fifoOnly?: true;
}

const BOOLEAN = ['true', 'false'];
const MAX_MESSAGE_BYTES = 1_048_576;
export const MAX_VISIBILITY_SECONDS = 43_200;

const RULES: Record<string, AttributeRule> = {
  DelaySeconds: { default: '0', range: [0, 900] },
  MaximumMessageSize: { default: String(MAX_MESSAGE_BYTES), range: [1024, MAX_MESSAGE_BYTES] },
  MessageRetentionPeriod: { default: '345600', range: [60, 1_209_600] },
  ReceiveMessageWaitTimeSeconds: { default: '0', range: [0, 20] },
  VisibilityTimeout: { default: '30', range: [0, MAX_VISIBILITY_SECONDS] },
  SqsManagedSseEnabled: { default: 'true', oneOf: BOOLEAN },
  KmsMasterKeyId: {},
  KmsDataKeyReusePeriodSeconds: { range: [60, 86_400] },
  Policy: { json: true },
  RedrivePolicy: { json: true },
  RedriveAllowPolicy: { json: true },
  FifoQueue: { oneOf: ['true'], fifoOnly: true },
  ContentBasedDeduplication: { default: 'false', oneOf: BOOLEAN, fifoOnly: true },
  DeduplicationScope: { default: 'queue', oneOf: ['queue', 'messageGroup'], fifoOnly: true },
  FifoThroughputLimit: { default: 'perQueue', oneOf: ['perQueue', 'perMessageGroupId'], fifoOnly: true },
};

export function inRange(value: number, name: string, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalidParameter(
    `Value ${value} for parameter ${name} is invalid. Reason: Must be >= ${least} and <= ${most}, if provided.`,
  );
}

export const isSettable = (name: string): boolean => RULES[name] !== undefined;

export function invalidParameter(reason: string): AwsError {
  return new AwsError('InvalidParameterValue', reason, 400);
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

/** Throws unless `attributes` may be set on such a queue. An empty text takes a policy away. */
export function checkAttributes(attributes: Attributes, fifo: boolean): void {
  for (const [name, value] of Object.entries(attributes)) {
    const rule = RULES[name];
    if (!rule || (rule.fifoOnly && !fifo))
      throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`, 400);
    const { range, oneOf, json } = rule;
    const valid =
      (!range || (/^\d+$/.test(value) && Number(value) >= range[0] && Number(value) <= range[1])) &&
      (!oneOf || oneOf.includes(value)) &&
      (!json || value === '' || isJson(value));
    if (!valid) throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`, 400);
  }
}

/** What was set, and the defaults of the rest. */
export function effective(attributes: Attributes): Attributes {
  const fifo = attributes.FifoQueue === 'true';
  const defaults = Object.entries(RULES)
    .filter(([, rule]) => rule.default !== undefined && (fifo || !rule.fifoOnly))
    .map(([name, rule]) => [name, rule.default ?? ''] as const);
  const set = Object.entries(attributes).filter(([, value]) => value !== '');
  return { ...Object.fromEntries(defaults), ...Object.fromEntries(set) };
}

export interface RedrivePolicy {
  deadLetterTargetArn: string;
  maxReceiveCount: number;
}

export function redrivePolicy(attributes: Attributes): RedrivePolicy | undefined {
  if (!attributes.RedrivePolicy) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(attributes.RedrivePolicy) as Record<string, unknown>;
  const count = Number(maxReceiveCount);
  if (typeof deadLetterTargetArn !== 'string' || !Number.isInteger(count) || count < 1 || count > 1000) {
    throw invalidParameter(
      `Value ${attributes.RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: it needs deadLetterTargetArn and maxReceiveCount (1 to 1000).`,
    );
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

/** The last part of a queue's URL or ARN. */
export const queueNameOf = (urlOrArn: string): string => urlOrArn.split(/[/:]/).at(-1) ?? '';
