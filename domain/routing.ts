/**
 * `Manifest.edge`: what a site's functions need at request time. nextjs/ writes it, edge/ reads it; for the pipeline it
 * is opaque. The routing table has one shape for every Next major, that of `@next/routing` (its `ResolveRoutesParams`).
 */
import * as z from 'zod';

const Condition = z.union([
  z.object({ type: z.enum(['header', 'cookie', 'query']), key: z.string(), value: z.string().optional() }),
  z.object({ type: z.literal('host'), key: z.undefined().optional(), value: z.string() }),
]);

/** `sourceRegex` matches the whole URL path, base path included; `$1` in destination and headers is its first group. */
export const Route = z.object({
  sourceRegex: z.string(),
  destination: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  has: z.array(Condition).optional(),
  missing: z.array(Condition).optional(),
  status: z.int().optional(),
});
export type Route = z.infer<typeof Route>;

/** In the order they are tried. */
export const Routing = z.object({
  /** Custom headers and redirects. */
  beforeMiddleware: z.array(Route),
  /** What middleware listens to; absent when the app has none. */
  middlewareMatchers: z.array(Route).optional(),
  /** Rewrites that win over pages and public files. */
  beforeFiles: z.array(Route),
  /** Rewrites that win over dynamic pages only. */
  afterFiles: z.array(Route),
  dynamicRoutes: z.array(Route),
  onMatch: z.array(Route),
  fallback: z.array(Route),
  /** Whether a data request is taken for one of its page before any rule is looked at. */
  shouldNormalizeNextData: z.boolean().optional(),
});
export type Routing = z.infer<typeof Routing>;

const I18n = z.object({
  locales: z.array(z.string()),
  defaultLocale: z.string(),
  localeDetection: z.literal(false).optional(),
  domains: z
    .array(
      z.object({
        domain: z.string(),
        defaultLocale: z.string(),
        http: z.literal(true).optional(),
        locales: z.array(z.string()).optional(),
      }),
    )
    .optional(),
});

/** next.config.js `images`, with Next's defaults filled in by Next itself. */
export const ImagesConfig = z.object({
  path: z.string(),
  loader: z.string(),
  deviceSizes: z.array(z.int()),
  imageSizes: z.array(z.int()),
  domains: z.array(z.string()),
  remotePatterns: z
    .array(
      z.object({
        protocol: z.string().optional(),
        hostname: z.string(),
        port: z.string().optional(),
        pathname: z.string().optional(),
        search: z.string().optional(),
      }),
    )
    .optional(),
  /** Paths of the site that may be given; absent: all of them. */
  localPatterns: z.array(z.object({ pathname: z.string().optional(), search: z.string().optional() })).optional(),
  /** Qualities that may be asked for; absent: any from 1 to 100. */
  qualities: z.array(z.int()).optional(),
  /** Wanted output types, best first; Next 11 and older know WebP only. */
  formats: z.array(z.string()),
  /** Seconds. */
  minimumCacheTTL: z.int(),
  dangerouslyAllowSVG: z.boolean(),
  contentSecurityPolicy: z.string().optional(),
  contentDispositionType: z.enum(['inline', 'attachment']).optional(),
  /** Whether the URL parameter may be an absolute URL on an allowed host at all. */
  unoptimized: z.boolean(),
});
export type ImagesConfig = z.infer<typeof ImagesConfig>;

/** Next's own server class with a frozen configuration. */
const ServerClassStrategy = z.object({
  kind: z.literal('server-class'),
  /** Folder of the app inside the function, `app` or, in a monorepo, e.g. `app/sites/web`. */
  appDir: z.string(),
  /** Module of the class, e.g. `next/dist/server/next-server`. */
  serverModule: z.string(),
  /** Frozen configuration, a file inside `appDir`. */
  configFile: z.string(),
});
export type ServerClassStrategy = z.infer<typeof ServerClassStrategy>;

/** Next's server class, told by our router what to render. URL paths here have the base path. */
const RoutedServerStrategy = z.object({
  kind: z.literal('routed-server'),
  /** Folder of the app inside the function. */
  appDir: z.string(),
  /** Frozen configuration, a file inside `appDir`. */
  configFile: z.string(),
  /** What can be rendered, e.g. `/objects/[slug]`, and the addresses of the data of pages without parameters. */
  pages: z.array(z.string()),
  /** How the class is told: by headers up to Next 14.1. */
  toldBy: z.enum(['headers', 'metadata']),
  /** 13.4 only: the class listens to nobody but the process that started it, and renders the app router with a React of Next's own. */
  worker: z.object({ react: z.enum(['next', 'experimental']).optional() }).optional(),
  /** The page, without base path, for what is not there. */
  notFound: z.enum(['/_not-found', '/404']),
  /** Whether the class is told of a request for a page's data in the query; absent: up to Next 14. */
  asksDataByQuery: z.boolean().optional(),
  /** With which status this Next answers for data of what is no page; absent: 404. */
  unknownDataStatus: z.int().optional(),
  /** Whether this Next tells its client where a rewrite led. */
  tellsRewrites: z.boolean(),
  /** Pages with parameters whose client asks for data: those of the pages router that are rendered ahead. */
  withData: z.array(z.string()),
});
export type RoutedServerStrategy = z.infer<typeof RoutedServerStrategy>;

/** The outputs of Next's build adapter, behind our router. URL paths here have the base path, and are encoded. */
const AdapterStrategy = z.object({
  kind: z.literal('adapter'),
  /** Folder of the app inside the function. */
  appDir: z.string(),
  /** Folder from which Next looks for `appDir`: the repository's, inside the function. */
  rootDir: z.string(),
  /** Of the build, inside `appDir`. */
  distDir: z.string(),
  /** URL path, e.g. `/objects/[slug]` → module below `rootDir` with a handler for Node's requests. */
  outputs: z.record(
    z.string(),
    z.object({
      file: z.string(),
      /** `handler`: an API route or route handler, which takes every method. */
      kind: z.enum(['page', 'handler']),
      /** Whether the build rendered it: then it is the same for all. */
      isPrerendered: z.boolean(),
      /** Of an address that is one of a page with parameters, where no route leads to it: that page, e.g. `/twins/[slug]`. */
      page: z.string().optional(),
      /** Its name in the build's middleware-manifest.json, where it runs on the edge runtime. */
      edge: z.string().optional(),
    }),
  ),
  /** URL path → file under `prerendered/`: what the build made, and nothing can make anew. */
  files: z.record(z.string(), z.string()),
  /** Whether this Next shows its not-found page in place of an image or a script, too. */
  showsNotFoundToAll: z.boolean().optional(),
  /** Module below `rootDir` to load first. */
  setup: z.string(),
  /** Module below `rootDir` with a handler for web requests. */
  middleware: z.string().optional(),
  /** Its name in the build's middleware-manifest.json, where it runs on the edge runtime. */
  edgeMiddleware: z.string().optional(),
});
export type AdapterStrategy = z.infer<typeof AdapterStrategy>;

/** How the `default` function renders what the fast path does not answer. */
const RenderStrategy = z.discriminatedUnion('kind', [ServerClassStrategy, RoutedServerStrategy, AdapterStrategy]);
export type RenderStrategy = z.infer<typeof RenderStrategy>;

export const EdgeContent = z.object({
  strategy: RenderStrategy,
  routing: Routing,
  i18n: I18n.optional(),
  images: ImagesConfig,
});
export type EdgeContent = z.infer<typeof EdgeContent>;
