/** Which route takes a request. Pure. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html */
import type { Route } from '@aws-sdk/client-apigatewayv2';

export interface RouteKey {
  method: string;
  segments: Segment[];
}

type Segment = { kind: 'text'; text: string } | { kind: 'variable' | 'greedy'; name: string };

export interface RouteMatch {
  route: Route;
  /** Percent-decoded. */
  pathParameters: Record<string, string>;
}

const RANK = { text: 0, variable: 1, greedy: 2 };

/** `$default` is a key without segments of any method. Undefined when malformed. */
export function parseRouteKey(key: string): RouteKey | '$default' | undefined {
  if (key === '$default') return key;
  const match = /^(ANY|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (\/\S*)$/.exec(key);
  if (!match) return undefined;
  const segments = match[2]!.slice(1).split('/').map(parseSegment);
  const greedy = segments.findIndex(({ kind }) => kind === 'greedy');
  if (greedy !== -1 && greedy !== segments.length - 1) return undefined;
  return { method: match[1]!, segments };
}

function parseSegment(text: string): Segment {
  const name = /^\{([\w.:-]+)(\+?)\}$/.exec(text);
  if (!name) return { kind: 'text', text };
  return { kind: name[2] ? 'greedy' : 'variable', name: name[1]! };
}

/** The most specific path wins, then a method over ANY, then `$default`. */
export function matchRoute(routes: Route[], method: string, path: string): RouteMatch | undefined {
  const given = path.slice(1).split('/');
  const candidates = routes.flatMap((route) => {
    const key = parseRouteKey(route.RouteKey!);
    if (!key || key === '$default' || (key.method !== 'ANY' && key.method !== method)) return [];
    const pathParameters = parametersOf(key.segments, given);
    return pathParameters ? [{ route, key, pathParameters }] : [];
  });
  candidates.sort((a, b) => bySpecificity(a.key, b.key));
  const fallback = routes.find(({ RouteKey }) => RouteKey === '$default');
  return candidates[0] ?? (fallback && { route: fallback, pathParameters: {} });
}

function parametersOf(segments: Segment[], given: string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  const greedy = segments.at(-1)?.kind === 'greedy';
  if (greedy ? given.length < segments.length : given.length !== segments.length) return undefined;
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === 'text') {
      if (segment.text !== given[index]) return undefined;
      continue;
    }
    const value = segment.kind === 'greedy' ? given.slice(index).join('/') : given[index]!;
    if (value === '') return undefined;
    parameters[segment.name] = decode(value);
  }
  return parameters;
}

function bySpecificity(a: RouteKey, b: RouteKey): number {
  for (const [index, segment] of a.segments.entries()) {
    const other = b.segments[index];
    if (!other) break;
    const difference = RANK[segment.kind] - RANK[other.kind];
    if (difference !== 0) return difference;
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

/** Malformed escapes stay as they are. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
