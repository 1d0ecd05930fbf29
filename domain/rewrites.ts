/**
 * Rewrites and redirects in Amplify Hosting's grammar: what a rule says of a request. Pure, and shipped into functions: no zod.
 * https://docs.aws.amazon.com/amplify/latest/userguide/redirects.html
 */
import { escapeRegex } from './escape-regex.ts';

export const REWRITE_STATUSES = ['200', '301', '302', '404', '404-200'] as const;
export type RewriteStatus = (typeof REWRITE_STATUSES)[number];

export interface RewriteRule {
  source: string;
  target: string;
  status: RewriteStatus;
  /** Two capital letters: only visitors from that country. */
  country?: string;
}

export interface Visited {
  /** Without port, lower case. */
  host: string;
  /** As sent. */
  path: string;
  /** Without question mark. */
  query: string;
  country?: string;
}

/** `rewrite`: another path of the same site. `proxy`: another site, by its whole address. */
export type Outcome =
  | { kind: 'redirect'; status: 301 | 302; location: string }
  | { kind: 'rewrite'; path: string; query: string }
  | { kind: 'proxy'; url: string };

export interface CompiledRule {
  rule: RewriteRule;
  /** What it does for what is not there: statuses 404 and 404-200. */
  isForMissing: boolean;
  /** Undefined when it has no say; country aside. */
  apply(visited: Visited): Outcome | undefined;
}

type Captures = Record<string, string>;

const NAME = /<(\*|[A-Za-z_][\w-]*)>/g;
const REGEX_SOURCE = /^<\/(.*)\/([a-z]*)>$/s;
const ABSOLUTE = /^https?:\/\//i;

/** `/docs/<year>/<*>` → a regular expression with a group for each name. */
function patternOf(source: string): { regex: RegExp; names: string[] } {
  const names: string[] = [];
  let pattern = '';
  let last = 0;
  for (const match of source.matchAll(NAME)) {
    const [whole, name = ''] = match;
    pattern += escapeRegex(encodeURI(decoded(source.slice(last, match.index))));
    pattern += name === '*' ? '(.*)' : '([^/]+)';
    names.push(name);
    last = match.index + whole.length;
  }
  pattern += escapeRegex(encodeURI(decoded(source.slice(last))));
  return { regex: new RegExp(`^${pattern}$`), names };
}

/** A source may be written encoded or not. */
function decoded(text: string): string {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
}

function capture(pattern: ReturnType<typeof patternOf>, text: string): Captures | undefined {
  const found = pattern.regex.exec(text);
  return found ? Object.fromEntries(pattern.names.map((name, index) => [name, found[index + 1] ?? ''])) : undefined;
}

interface Source {
  host?: string;
  /** Undefined: any path. */
  path?: (path: string) => Captures | undefined;
  query: [key: string, value: ReturnType<typeof patternOf>][];
}

function sourceOf(source: string): Source {
  const asRegex = regexOf(source);
  if (asRegex) return { path: (path) => (asRegex.test(path) ? {} : undefined), query: [] };
  const [address = '', ...rest] = source.split('?');
  const query = rest
    .join('?')
    .split('&')
    .filter(Boolean)
    .map((pair): Source['query'][number] => {
      const [key = '', ...value] = pair.split('=');
      return [key, patternOf(value.join('='))];
    });
  if (!ABSOLUTE.test(address)) {
    const pattern = patternOf(address);
    return { path: (path) => capture(pattern, path), query };
  }
  const [host = '', ...segments] = address.replace(ABSOLUTE, '').split('/');
  const path = segments.join('/');
  const pattern = patternOf(`/${path}`);
  return { host: host.toLowerCase(), query, ...(path !== '' && { path: (sent: string) => capture(pattern, sent) }) };
}

/** The regular expression that is the whole of a source, if it is one. */
export function regexOf(source: string): RegExp | undefined {
  const [, body, flags] = REGEX_SOURCE.exec(source) ?? [];
  return body === undefined ? undefined : new RegExp(body, flags?.replace(/[gy]/g, ''));
}

function matchQuery(wanted: Source['query'], query: string): Captures | undefined {
  const given = new Map(
    query.split('&').map((pair): [string, string] => {
      const [key = '', ...value] = pair.split('=');
      return [key, value.join('=')];
    }),
  );
  const captures: Captures = {};
  for (const [key, pattern] of wanted) {
    const value = given.get(key);
    const found = value === undefined ? undefined : capture(pattern, value);
    if (!found) return undefined;
    Object.assign(captures, found);
  }
  return captures;
}

function outcomeOf(rule: RewriteRule, source: Source, visited: Visited, captures: Captures): Outcome {
  const target = rule.target.replace(NAME, (whole, name: string) => captures[name] ?? whole);
  const [address = '', ...ownQuery] = target.split('?');
  // A source that is a domain alone stands for all its paths, and the target gets them.
  const appended = source.host !== undefined && !source.path ? visited.path.replace(/^\//, '') : '';
  const whole = appended === '' ? address : `${address.replace(/\/$/, '')}/${appended}`;
  const query = ownQuery.length > 0 ? ownQuery.join('?') : source.query.length > 0 ? '' : visited.query;
  // Whatever was captured, a path stays one of this site: //elsewhere would be another.
  const place = whole.replace(/^\/[/\\]+/, '/');
  const withQuery = query === '' ? place : `${place}?${query}`;
  if (rule.status === '301' || rule.status === '302')
    return { kind: 'redirect', status: Number(rule.status) as 301 | 302, location: withQuery };
  if (ABSOLUTE.test(place)) return { kind: 'proxy', url: withQuery };
  return { kind: 'rewrite', path: place, query };
}

/** A redirect to where the visitor is would never end: `/<*>` to `https://www.example.com/<*>` is for the other hosts. */
function leadsNowhere(outcome: Outcome, visited: Visited): boolean {
  if (outcome.kind !== 'redirect') return false;
  const [, host = '', rest = ''] = /^https?:\/\/([^/?]+)(.*)$/i.exec(outcome.location) ?? [];
  const place = rest.startsWith('/') ? rest : `/${rest}`;
  const asked = `${visited.path}${visited.query === '' ? '' : `?${visited.query}`}`;
  return host.toLowerCase() === visited.host.toLowerCase() && place === asked;
}

export function compileRule(rule: RewriteRule): CompiledRule {
  const source = sourceOf(rule.source);
  return {
    rule,
    isForMissing: rule.status.startsWith('404'),
    apply(visited) {
      if (source.host !== undefined && source.host !== visited.host.toLowerCase()) return undefined;
      const inPath = source.path ? source.path(visited.path) : {};
      const inQuery = inPath && matchQuery(source.query, visited.query);
      const outcome = inQuery && outcomeOf(rule, source, visited, { ...inPath, ...inQuery });
      return outcome && leadsNowhere(outcome, visited) ? undefined : outcome;
    },
  };
}

/**
 * The first rule that has a say. `byCountry`: another visitor of the same address may meet another rule.
 *
 * @param missing whether rules for what is there, or for what is not, are asked
 */
export function firstRule(
  rules: readonly CompiledRule[],
  visited: Visited,
  missing: boolean,
): { outcome?: Outcome; rule?: RewriteRule; byCountry: boolean } {
  let byCountry = false;
  for (const { rule, isForMissing, apply } of rules) {
    if (isForMissing !== missing) continue;
    const outcome = apply(visited);
    if (!outcome) continue;
    byCountry ||= rule.country !== undefined;
    if (rule.country === undefined || rule.country === visited.country) return { outcome, rule, byCountry };
  }
  return { byCountry };
}
