/**
 * Event patterns: nested objects of arrays of matchers; `$or`.
 *
 * Gaps: cidr. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
import { type LeafMatcher, leafMatcher, PatternError } from './matchers.ts';

export type EventMatcher = (event: unknown) => boolean;

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_PATTERN_CHARACTERS = 2048;

/** Throws PatternError, which names the part that is wrong. */
export function compilePattern(json: string): EventMatcher {
  if (json.length > MAX_PATTERN_CHARACTERS) {
    throw new PatternError(`The pattern has ${json.length} characters; at most ${MAX_PATTERN_CHARACTERS} are allowed`);
  }
  let pattern: unknown;
  try {
    pattern = JSON.parse(json);
  } catch (error) {
    throw new PatternError(`The pattern is no JSON: ${(error as Error).message}`);
  }
  return objectMatcher(pattern, 'the pattern');
}

function objectMatcher(pattern: unknown, where: string): EventMatcher {
  if (typeof pattern !== 'object' || pattern === null || Array.isArray(pattern)) {
    throw new PatternError(`${where} must be an object or an array`);
  }
  const fields = Object.entries(pattern);
  if (!fields.length) throw new PatternError(`${where} is empty`);
  const matchers = fields.map(([name, value]) =>
    name === '$or' ? orMatcher(value, where) : fieldMatcher(name, value, where),
  );
  return (event) => matchers.every((matches) => matches(event));
}

function orMatcher(alternatives: unknown, where: string): EventMatcher {
  if (!Array.isArray(alternatives) || alternatives.length < 2) {
    throw new PatternError(`$or in ${where} must be an array of at least two patterns`);
  }
  const matchers = alternatives.map((each, index) => objectMatcher(each, `$or ${index} in ${where}`));
  return (event) => matchers.some((matches) => matches(event));
}

function fieldMatcher(name: string, pattern: unknown, where: string): EventMatcher {
  const path = `${where}.${name}`.replace(/^the pattern\./, '');
  if (Array.isArray(pattern)) {
    if (!pattern.length) throw new PatternError(`${path} is an empty array`);
    const leaves = pattern.map((each) => leafMatcher(each, path));
    return (event) => matchLeaf(leaves, fieldOf(event, name));
  }
  const inner = objectMatcher(pattern, path);
  return (event) => {
    const value = fieldOf(event, name);
    // An array of objects matches when one of them does.
    return Array.isArray(value) ? value.some(inner) : inner(value);
  };
}

function matchLeaf(leaves: LeafMatcher[], value: unknown): boolean {
  // An array matches when one of its elements does; an object is no leaf, so nothing exists there to be matched.
  const values = Array.isArray(value) ? value : [isObject(value) ? undefined : value];
  return leaves.some((matches) => values.some((each) => matches(each)));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fieldOf(event: unknown, name: string): unknown {
  return isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined;
}
