/**
 * The Condition block of a statement.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import { BlockList, isIP } from 'node:net';
import { type Context, type Matcher, matcher } from './pattern.ts';

/** What one key of the call has to be. */
export interface Condition {
  key: string;
  holds(context: Context): boolean;
}

/** A policy that cannot be judged: an operator or element that nobody knows must not count as harmless. */
export class UnknownPolicyElement extends Error {}

type Compile = (wanted: string, variables: boolean) => Matcher;

const text =
  (ignoreCase: boolean, wildcards: boolean): Compile =>
  (wanted, variables) =>
    matcher(wanted, { ignoreCase, wildcards, variables });

const compared =
  (parse: (text: string) => number, holds: (actual: number, wanted: number) => boolean): Compile =>
  (wanted) => {
    const limit = parse(wanted);
    return (actual) => holds(parse(actual), limit);
  };

const instant = (text: string) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text));

/** ARNs are compared part by part: a wildcard does not reach over a colon, but in the last part. */
const arn: Compile = (wanted, variables) => {
  const split = (text: string) => {
    const parts = text.split(':');
    return [...parts.slice(0, 5), parts.slice(5).join(':')];
  };
  if (!wanted.startsWith('arn:')) return matcher(wanted, { wildcards: true, variables });
  // A colon inside of a variable is no separator.
  const kept = wanted.replace(/\$\{[^}]*\}/g, (variable) => variable.replaceAll(':', '\u0000'));
  const parts = split(kept).map((part) => matcher(part.replaceAll('\u0000', ':'), { wildcards: true, variables }));
  return (actual, context) => split(actual).every((part, index) => parts[index]?.(part, context));
};

const address: Compile = (wanted) => {
  const [network = '', prefix] = wanted.split('/');
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(network, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  return (actual) => list.check(actual, isIP(actual) === 6 ? 'ipv6' : 'ipv4');
};

const POSITIVE: Record<string, Compile> = {
  StringEquals: text(false, false),
  StringEqualsIgnoreCase: text(true, false),
  StringLike: text(false, true),
  ArnEquals: arn,
  ArnLike: arn,
  NumericEquals: compared(Number, (actual, wanted) => actual === wanted),
  NumericLessThan: compared(Number, (actual, wanted) => actual < wanted),
  NumericLessThanEquals: compared(Number, (actual, wanted) => actual <= wanted),
  NumericGreaterThan: compared(Number, (actual, wanted) => actual > wanted),
  NumericGreaterThanEquals: compared(Number, (actual, wanted) => actual >= wanted),
  DateEquals: compared(instant, (actual, wanted) => actual === wanted),
  DateLessThan: compared(instant, (actual, wanted) => actual < wanted),
  DateLessThanEquals: compared(instant, (actual, wanted) => actual <= wanted),
  DateGreaterThan: compared(instant, (actual, wanted) => actual > wanted),
  DateGreaterThanEquals: compared(instant, (actual, wanted) => actual >= wanted),
  Bool: text(true, false),
  BinaryEquals: text(false, false),
  IpAddress: address,
};

/** Negated operator → the one that it negates. */
const NEGATED: Record<string, string> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
};

type Quantifier = 'ForAllValues' | 'ForAnyValue' | undefined;

/** Throws UnknownPolicyElement for an operator that is none. */
export function conditionsOf(block: Record<string, Record<string, unknown>>, variables: boolean): Condition[] {
  return Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, wanted]) => condition(operator, key.toLowerCase(), texts(wanted), variables)),
  );
}

function condition(operator: string, key: string, wanted: string[], variables: boolean): Condition {
  const [, quantifier, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(operator) ?? [];
  if (name === 'Null' && !ifExists) {
    return { key, holds: (context) => (context[key] === undefined) === (wanted[0]?.toLowerCase() === 'true') };
  }
  const negated = name in NEGATED;
  const compile = POSITIVE[NEGATED[name] ?? name];
  if (!compile) throw new UnknownPolicyElement(`the condition operator ${operator} is not known`);
  const matchers = wanted.map((each) => compile(each, variables));
  const one = (actual: string, context: Context) => matchers.some((matches) => matches(actual, context)) !== negated;
  const whenMissing = ifExists !== undefined || quantifier === 'ForAllValues' || (negated && !quantifier);
  return { key, holds: (context) => holdsFor(context[key], quantifier as Quantifier, whenMissing, context, one) };
}

function holdsFor(
  actual: Context[string] | undefined,
  quantifier: Quantifier,
  whenMissing: boolean,
  context: Context,
  one: (actual: string, context: Context) => boolean,
): boolean {
  if (actual === undefined) return whenMissing;
  const values = typeof actual === 'string' ? [actual] : actual;
  if (quantifier === 'ForAllValues') return values.every((value) => one(value, context));
  // Without a quantifier a key should have one value; AWS leaves open what several give, so any one may do.
  return values.some((value) => one(value, context));
}

const texts = (value: unknown): string[] => [value].flat().map(String);
