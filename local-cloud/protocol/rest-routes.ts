/** Method and path → operation, for the REST protocols. The most literal template wins. */
import type { SdkModel, SdkOperation } from './sdk-model.ts';

export interface RestRoute {
  operation: SdkOperation;
  method: string;
  path: RegExp;
  labels: string[];
  /** Query parameters that the template itself asks for, e.g. `?WithTags`. */
  query: [string, string][];
  status: number;
  weight: number;
}

export interface RestMatch {
  route: RestRoute;
  /** Label values, percent-decoded. */
  labels: Record<string, string>;
}

export function restRoutes(model: SdkModel): RestRoute[] {
  const routes: RestRoute[] = [];
  for (const operation of model.operations.values()) {
    if (typeof operation.traits === 'object' && operation.traits.http) {
      routes.push(restRoute(operation, operation.traits.http));
    }
  }
  return routes.sort((a, b) => b.weight - a.weight);
}

function restRoute(operation: SdkOperation, [method, template, status]: [string, string, number]): RestRoute {
  const [path = '', query] = template.split('?');
  const labels: string[] = [];
  const pattern = path.replace(/[.$()*]/g, '\\$&').replace(/\{([^}+]+)(\+?)\}/g, (_, name: string, greedy: string) => {
    labels.push(name);
    return greedy ? '(.+)' : '([^/]+)';
  });
  const parameters = [...new URLSearchParams(query ?? '')];
  const literals = path.split('/').filter((segment) => segment && !segment.includes('{')).length;
  return {
    operation,
    method,
    path: new RegExp(`^${pattern}/?$`),
    labels,
    query: parameters,
    status,
    weight: literals * 10 + parameters.length,
  };
}

export function matchRoute(routes: RestRoute[], method: string, url: URL): RestMatch | undefined {
  const asked = ([name, value]: [string, string]) =>
    url.searchParams.has(name) && (!value || url.searchParams.get(name) === value);
  for (const route of routes) {
    if (route.method !== method || !route.query.every(asked)) continue;
    const found = route.path.exec(url.pathname);
    if (found) {
      const labels = route.labels.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')] as const);
      return { route, labels: Object.fromEntries(labels) };
    }
  }
  return undefined;
}
