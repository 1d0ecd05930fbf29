/**
 * What the adapter writes down of a build, in the parts that the collector reads. Paths of files are absolute.
 * https://nextjs.org/docs/app/api-reference/config/next-config-js/adapterPath#outputs
 */
import type { Route } from '../../domain/routing.ts';

/** Inside the build's `distDir`. */
export const OUTPUTS_FILE = 'towpath-outputs.json';

export interface Output {
  /** The pathname without base path. */
  id?: string;
  pathname: string;
  /** With the file's part, e.g. `/objects/[slug]/page`. */
  sourcePage?: string;
  runtime: 'nodejs' | 'edge';
  filePath: string;
  /** Path below `repoRoot` → file; of the edge runtime, path below `distDir`. */
  assets: Record<string, string>;
  /** Of the edge runtime: name → file. */
  wasmAssets?: Record<string, string>;
}

export interface Prerender {
  pathname: string;
  /** The collector reads the parent's pathname. */
  parentOutputId: string;
  fallback?: {
    filePath?: string;
    initialStatus?: number;
    initialHeaders?: Record<string, string | string[]>;
    /** Seconds, or false for never. */
    initialRevalidate?: number | false;
    /** Seconds. */
    initialExpiration?: number;
    postponedState?: string;
  };
}

/** What Next 16.0 and 16.1 tell instead of `routing`. */
export interface RoutesOfApp {
  headers: Route[];
  redirects: Array<Route & { destination: string; statusCode: number }>;
  rewrites: { beforeFiles: Route[]; afterFiles: Route[]; fallback: Route[] };
  dynamicRoutes: Route[];
}

export interface BuildOutputs {
  buildId: string;
  nextVersion: string;
  projectDir: string;
  repoRoot: string;
  outputs: {
    pages: Output[];
    pagesApi: Output[];
    appPages: Output[];
    appRoutes: Output[];
    prerenders: Prerender[];
    staticFiles: Array<{ pathname: string; filePath: string }>;
    middleware?: Output & { config?: { matchers?: Route[] } };
  };
  routing: {
    beforeMiddleware: Route[];
    middlewareMatchers?: Route[];
    beforeFiles: Route[];
    afterFiles: Route[];
    dynamicRoutes: Route[];
    onMatch: Route[];
    fallback: Route[];
    shouldNormalizeNextData?: boolean;
  };
}

/** As the minors of Next 16 write it. */
export type WrittenOutputs = Omit<BuildOutputs, 'routing'> &
  Partial<Pick<BuildOutputs, 'routing'>> & { routes?: RoutesOfApp };
