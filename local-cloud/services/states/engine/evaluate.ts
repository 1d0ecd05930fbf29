/** JSONata as Step Functions evaluates it: `{% … %}` strings anywhere in a value, `$states`, variables, its own functions. */
import { createHash, randomUUID } from 'node:crypto';
import jsonata from 'jsonata';
import { ERRORS, StateError } from './errors.ts';
import type { Json, Variables } from './language.ts';

/** What expressions read as `$states`. */
export interface StatesValue {
  input: Json;
  context: Json;
  result?: Json;
  errorOutput?: Json;
}

const EXPRESSION = /^\s*\{%([\s\S]*)%\}\s*$/;
const HASHES: Record<string, string> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-step-functions */
const FUNCTIONS = {
  parse: (text: string) => JSON.parse(text),
  uuid: () => randomUUID(),
  random: (seed?: number) => (seed === undefined ? Math.random() : seeded(seed)),
  range: (first: number, last: number, step: number) =>
    Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step),
  partition: (values: Json[], size: number) =>
    Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
      values.slice(index * size, (index + 1) * size),
    ),
  hash: (value: Json, algorithm = 'SHA-256') => {
    const name = HASHES[algorithm];
    if (!name) throw new Error(`$hash knows ${Object.keys(HASHES).join(', ')}, not ${algorithm}`);
    return createHash(name)
      .update(typeof value === 'string' ? value : JSON.stringify(value))
      .digest('hex');
  },
  eval: () => {
    throw new Error('$eval is not available in Step Functions');
  },
};

function seeded(seed: number): number {
  return createHash('sha256').update(String(seed)).digest().readUInt32BE(0) / 2 ** 32;
}

const compiled = new Map<string, jsonata.Expression>();

function compile(source: string): jsonata.Expression {
  let expression = compiled.get(source);
  if (!expression) {
    expression = jsonata(source);
    compiled.set(source, expression);
  }
  return expression;
}

/** `template` with each expression in it replaced by its value. Throws States.QueryEvaluationError. */
export async function evaluate(template: Json, states: StatesValue, variables: Variables): Promise<Json> {
  if (typeof template === 'string') {
    const source = EXPRESSION.exec(template)?.[1];
    return source === undefined ? template : evaluateExpression(source, states, variables);
  }
  if (Array.isArray(template)) {
    return Promise.all(template.map((element) => evaluate(element, states, variables)));
  }
  if (template === null || typeof template !== 'object') return template;
  const entries = Object.entries(template).map(
    async ([key, value]) => [key, await evaluate(value, states, variables)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function evaluateExpression(source: string, states: StatesValue, variables: Variables): Promise<Json> {
  let value: unknown;
  try {
    value = await compile(source).evaluate(undefined, { ...FUNCTIONS, ...variables, states });
  } catch (error) {
    const message = (error as { message?: string }).message ?? String(error);
    throw new StateError(ERRORS.query, `The JSONata expression '${source.trim()}' failed: ${message}`);
  }
  const text = JSON.stringify(value);
  if (text === undefined) {
    throw new StateError(ERRORS.query, `The JSONata expression '${source.trim()}' returned nothing (undefined).`);
  }
  return JSON.parse(text) as Json;
}

/** A value that must be a number of seconds, at least 0. */
export async function evaluateSeconds(template: Json, states: StatesValue, variables: Variables): Promise<number> {
  const value = await evaluate(template, states, variables);
  if (typeof value === 'number' && value >= 0) return value;
  throw new StateError(ERRORS.query, `A number of seconds was expected, not ${JSON.stringify(value)}.`);
}
