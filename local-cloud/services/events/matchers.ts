/** What one element of a pattern's array accepts. `undefined` is a field that the event does not have. */
export class PatternError extends Error {}

export type LeafMatcher = (value: unknown) => boolean;

export function leafMatcher(pattern: unknown, path: string): LeafMatcher {
  if (typeof pattern !== 'object' || pattern === null) return (value) => value === pattern;
  const entries = Object.entries(pattern);
  const [name, operand] = entries[0] ?? [''];
  const build = MATCHERS[name];
  if (entries.length !== 1 || !build) {
    throw new PatternError(`${path}: ${JSON.stringify(pattern)} is no matcher that is known`);
  }
  return build(operand, path);
}

const MATCHERS: Record<string, (operand: unknown, path: string) => LeafMatcher> = {
  prefix: (operand, path) => affix(operand, path, 'startsWith'),
  suffix: (operand, path) => affix(operand, path, 'endsWith'),
  'equals-ignore-case': (operand, path) => {
    const wanted = text(operand, path).toLowerCase();
    return (value) => typeof value === 'string' && value.toLowerCase() === wanted;
  },
  wildcard: (operand, path) => {
    const pattern = wildcard(text(operand, path), path);
    return (value) => typeof value === 'string' && pattern.test(value);
  },
  exists: (operand, path) => {
    if (typeof operand !== 'boolean') throw new PatternError(`${path}: exists must be true or false`);
    return (value) => (value !== undefined) === operand;
  },
  numeric,
  'anything-but': anythingBut,
};

function affix(operand: unknown, path: string, method: 'startsWith' | 'endsWith'): LeafMatcher {
  if (typeof operand === 'object' && operand !== null) {
    const wanted = text((operand as Record<string, unknown>)['equals-ignore-case'], path).toLowerCase();
    return (value) => typeof value === 'string' && value.toLowerCase()[method](wanted);
  }
  const wanted = text(operand, path);
  return (value) => typeof value === 'string' && value[method](wanted);
}

function anythingBut(operand: unknown, path: string): LeafMatcher {
  const excluded = excludedBy(operand, path);
  return (value) => value !== undefined && !excluded.some((matches) => matches(value));
}

/** A value, a list of values, or one matcher of strings with a value or a list of them. */
function excludedBy(operand: unknown, path: string): LeafMatcher[] {
  if (typeof operand !== 'object' || operand === null || Array.isArray(operand)) {
    return [operand].flat().map((each) => {
      if (typeof each === 'object') throw new PatternError(`${path}: anything-but takes values or one matcher`);
      return leafMatcher(each, path);
    });
  }
  const [name = '', values] = Object.entries(operand)[0] ?? [];
  if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(name)) {
    throw new PatternError(`${path}: anything-but does not take ${name}`);
  }
  return [values].flat().map((each) => leafMatcher({ [name]: each }, path));
}

const COMPARISONS: Record<string, (value: number, limit: number) => boolean> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

function numeric(operand: unknown, path: string): LeafMatcher {
  const parts = Array.isArray(operand) ? operand : [];
  const comparisons: ((value: number) => boolean)[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const compare = COMPARISONS[String(parts[index])];
    const limit: unknown = parts[index + 1];
    if (!compare || typeof limit !== 'number') {
      throw new PatternError(`${path}: numeric takes pairs like ">=", 1; got ${JSON.stringify(operand)}`);
    }
    comparisons.push((value) => compare(value, limit));
  }
  if (!comparisons.length) throw new PatternError(`${path}: numeric must not be empty`);
  return (value) => typeof value === 'number' && comparisons.every((holds) => holds(value));
}

function wildcard(pattern: string, path: string): RegExp {
  if (/(?<!\\)\*\*/.test(pattern)) throw new PatternError(`${path}: a wildcard must not have two stars in a row`);
  const parts = [...pattern.matchAll(/\\([*\\])|(\*)|([^*\\]+)/g)];
  const source = parts.map(([, escaped, star, literal]) => (star ? '.*' : escapeRegExp(escaped ?? literal ?? '')));
  return new RegExp(`^${source.join('')}$`, 's');
}

const escapeRegExp = (literal: string) => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function text(operand: unknown, path: string): string {
  if (typeof operand !== 'string') throw new PatternError(`${path}: ${JSON.stringify(operand)} must be a string`);
  return operand;
}
