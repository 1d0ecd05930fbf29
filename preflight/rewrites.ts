/** Reads rewrites and redirects in Amplify's grammar, from redirects.json or from the API, or says which line is wrong. Pure. */
import * as z from 'zod';
import {
  type CompiledRule,
  compileRule,
  firstRule,
  REWRITE_STATUSES,
  type RewriteRule,
  regexOf,
} from '../domain/rewrites.ts';
import { canRunForEver } from './endless-regex.ts';
import { explain, isUnreadable, readText } from './yaml-text.ts';

/** As Amplify's API and console have it. */
const Written = z.strictObject({
  source: z.string().min(1).max(2048),
  target: z.string().min(1).max(2048),
  status: z.preprocess((value) => (typeof value === 'number' ? String(value) : value), z.enum(REWRITE_STATUSES)),
  condition: z
    .string()
    .regex(/^<[A-Z]{2}>$/, 'a condition is a country in angle brackets, like <US>, or null')
    .nullish(),
});

const KEYS = Object.keys(Written.shape);

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

/** Amplify adds such a rule, one for each branch, to lists that people bring along: it would answer with the old site. */
const AMPLIFYS_OWN = /^https:\/\/([\w-]+\.cloudfront\.net)\/<\*>$/i;

/** What is wrong with one rule, beyond its form. */
function ruleProblem({ source, target, status }: RewriteRule): string | undefined {
  const [, distribution] = AMPLIFYS_OWN.exec(target) ?? [];
  if (distribution && source === '/<*>' && status === '200')
    return `it sends every page to ${distribution}, as the rule does by which Amplify reaches its distribution. A site of Towpath is its distribution: remove the rule`;
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

const hostOf = (address: string) => /^https?:\/\/([^/?]+)/i.exec(address)?.[1]?.toLowerCase();

/** Follows redirects from the address that a rule stands for, as a browser would; a host that no source names is another site's. */
function isLoop(rule: RewriteRule, rules: readonly CompiledRule[]): boolean {
  const isRedirect = ({ status }: RewriteRule) => status === '301' || status === '302';
  if (!isRedirect(rule)) return false;
  const sample = (regexOf(rule.source) ? rule.target : rule.source).replace(PLACEHOLDER, 'sample');
  const own = new Set([SITE, ...rules.map(({ rule: { source } }) => hostOf(source))]);
  let at = new URL(sample, `https://${SITE}`);
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    const visited = { host: at.host, path: at.pathname, query: at.search.slice(1), country: rule.country };
    const { outcome } = firstRule(rules, visited, false);
    if (outcome?.kind !== 'redirect') return false;
    at = new URL(outcome.location, at);
    if (!own.has(at.host)) return false;
  }
  return true;
}

function written(value: unknown): { rule: RewriteRule } | { key?: PropertyKey; message: string } {
  const parsed = Written.safeParse(value);
  if (!parsed.success) {
    // A key that is not known is why another one is missing.
    const unknown = parsed.error.issues.find(({ code }) => code === 'unrecognized_keys');
    const issue = unknown ?? (parsed.error.issues[0] as z.core.$ZodIssue);
    if (issue.path.length === 0 && !unknown) return { message: 'a rule is { "source": …, "target": …, "status": … }' };
    const key = issue.code === 'unrecognized_keys' ? issue.keys[0] : issue.path[0];
    return { key, message: `${unknown ? '' : 'its '}${explain(issue, value, KEYS)}` };
  }
  const { source, target, status, condition } = parsed.data;
  const rule: RewriteRule = { source, target, status };
  return { rule: condition ? { ...rule, country: condition.slice(1, -1) } : rule };
}

/** Where a rule is written, counted from 0, or one of its keys. */
type LineOf = (index: number, key?: PropertyKey) => number | undefined;

export function readRules(value: unknown, lineOf: LineOf = () => undefined): ReadRules {
  const problem = (index: number, message: string, key?: PropertyKey): ReadRules => {
    const line = lineOf(index, key);
    return { problem: { rule: index + 1, message, ...(line !== undefined && { line }) } };
  };
  if (!Array.isArray(value)) return problem(0, 'the rules are a list, [{ "source": …, "target": …, "status": … }]');
  if (value.length > MAX_RULES) return problem(MAX_RULES, `there are more than ${MAX_RULES} rules`);
  const rules: RewriteRule[] = [];
  for (const [index, one] of value.entries()) {
    const read = written(one);
    if ('message' in read) return problem(index, read.message, read.key);
    const wrong = ruleProblem(read.rule);
    if (wrong) return problem(index, wrong, wrong.startsWith('its target') ? 'target' : 'source');
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
  const read = readText(text, 'JSON');
  if (isUnreadable(read)) {
    const { place, message } = read;
    return { problem: { rule: 1, line: place.line, message: `column ${place.column}: ${message}` } };
  }
  return readRules(
    read.content,
    (index, key) => (key === undefined ? read.placeOf([index]) : read.placeOfKey([index, key])).line,
  );
}
