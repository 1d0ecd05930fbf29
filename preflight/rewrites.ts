/** Reads rewrites and redirects in Amplify's grammar, from redirects.json or from the API, or says which line is wrong. Pure. */
import { isMap, isSeq, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import {
  type CompiledRule,
  compileRule,
  firstRule,
  REWRITE_STATUSES,
  type RewriteRule,
  regexOf,
} from '../domain/rewrites.ts';
import { canRunForEver } from './endless-regex.ts';

/** As Amplify's API and console have it. */
const Written = z.strictObject({
  source: z.string().min(1).max(2048),
  target: z.string().min(1).max(2048),
  status: z.union([z.enum(REWRITE_STATUSES), z.literal([200, 301, 302, 404])]).transform(String),
  condition: z
    .string()
    .regex(/^<[A-Z]{2}>$/, 'a condition is a country in angle brackets, like <US>, or null')
    .nullish(),
});

const MAX_RULES = 500;
const MAX_HOPS = 20;

export interface Problem {
  /** From 1; undefined when the rules came without a text. */
  line?: number;
  /** Of the rule, from 1. */
  rule: number;
  message: string;
}

export type ReadRules = { rules: RewriteRule[] } | { problem: Problem };

const PLACEHOLDER = /<(\*|[A-Za-z_][\w-]*)>/g;
const namesIn = (text: string) => [...text.matchAll(PLACEHOLDER)].map(([, name]) => name as string);

function regexProblem(source: string): string | undefined {
  let regex: RegExp | undefined;
  try {
    regex = regexOf(source);
  } catch (error) {
    return `its source is no regular expression: ${(error as Error).message}`;
  }
  if (!regex) return 'its source starts like a regular expression: write it as </…/>, and nothing around it';
  if (canRunForEver(regex))
    return 'its regular expression can run for ever: two of its repetitions can share the same text in ever more ways. Repeat single characters, like [^/]+, instead of what repeats already';
  return undefined;
}

/** What is wrong with one rule, beyond its form. */
function ruleProblem({ source, target, status }: RewriteRule): string | undefined {
  if (source.startsWith('<')) return regexProblem(source);
  if (!/^(\/|https?:\/\/[^/])/i.test(source)) return 'its source starts with / or https://';
  if (!/^(\/|https?:\/\/[^/])/i.test(target)) return 'its target starts with / or https://';
  if (/[\r\n\0]/.test(target)) return 'its target has a line break';
  if (/^https?:\/\/[^/?]*</i.test(target))
    return 'its target has a placeholder in its host: visitors could send each other anywhere';
  const names = namesIn(source);
  if (names.filter((name) => name === '*').length > 1) return 'its source has more than one <*>';
  if (names.includes('*') && !/<\*>$/.test(source.split('?')[0] as string)) return 'its source has <*> before its end';
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double) return `its source has <${double}> twice`;
  const unknown = namesIn(target).find((name) => !names.includes(name));
  if (unknown) return `its target has <${unknown}>, which its source has not`;
  if (status.startsWith('404') && !target.startsWith('/'))
    return `its target is another site: a ${status} serves a page of this one`;
  return undefined;
}

const SITE = 'site.invalid';

/** Follows redirects from the address that a rule stands for, as a browser would. */
function isLoop(rule: RewriteRule, rules: readonly CompiledRule[]): boolean {
  const isRedirect = ({ status }: RewriteRule) => status === '301' || status === '302';
  if (!isRedirect(rule)) return false;
  const sample = (regexOf(rule.source) ? rule.target : rule.source).replace(PLACEHOLDER, 'sample');
  let at = new URL(sample, `https://${SITE}`);
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    const visited = { host: at.host, path: at.pathname, query: at.search.slice(1), country: rule.country };
    const { outcome } = firstRule(rules, visited, false);
    if (outcome?.kind !== 'redirect') return false;
    at = new URL(outcome.location, at);
  }
  return true;
}

function written(value: unknown): { rule: RewriteRule } | { message: string } {
  const parsed = Written.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') ?? '';
    return { message: `${where === '' ? '' : `its ${where}: `}${issue?.message ?? 'not readable'}` };
  }
  const { source, target, status, condition } = parsed.data;
  const rule: RewriteRule = { source, target, status: status as RewriteRule['status'] };
  return { rule: condition ? { ...rule, country: condition.slice(1, -1) } : rule };
}

/** @param lineOf where a rule is written, counted from 0 */
export function readRules(value: unknown, lineOf: (index: number) => number | undefined = () => undefined): ReadRules {
  const problem = (index: number, message: string): ReadRules => {
    const line = lineOf(index);
    return { problem: { rule: index + 1, message, ...(line !== undefined && { line }) } };
  };
  if (!Array.isArray(value)) return problem(0, 'the rules are a list, [{ "source": …, "target": …, "status": … }]');
  if (value.length > MAX_RULES) return problem(MAX_RULES, `there are more than ${MAX_RULES} rules`);
  const rules: RewriteRule[] = [];
  for (const [index, one] of value.entries()) {
    const read = written(one);
    if ('message' in read) return problem(index, read.message);
    const wrong = ruleProblem(read.rule);
    if (wrong) return problem(index, wrong);
    rules.push(read.rule);
  }
  const compiled = rules.map(compileRule);
  const looping = rules.findIndex((rule) => isLoop(rule, compiled));
  if (looping >= 0)
    return problem(
      looping,
      `it redirects ${rules[looping]?.source} in a circle: browsers give up after ${MAX_HOPS} redirects`,
    );
  return { rules };
}

/** JSON, with the line of whatever is wrong. */
export function readRulesFile(text: string): ReadRules {
  const lines = new LineCounter();
  const document = parseDocument(text.replace(/^\uFEFF/, ''), {
    lineCounter: lines,
    schema: 'json',
    prettyErrors: false,
  });
  const [error] = document.errors;
  if (error) {
    const { line } = lines.linePos(error.pos[0]);
    return { problem: { rule: 1, line, message: `no JSON: ${error.message.replace(/\.$/, '')}` } };
  }
  const { contents } = document;
  const lineOf = (index: number) => {
    const item = isSeq(contents) ? contents.items[index] : undefined;
    return lines.linePos(isMap(item) && item.range ? item.range[0] : 0).line;
  };
  return readRules(document.toJS({ maxAliasCount: 0 }), lineOf);
}
