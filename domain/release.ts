/**
 * manifest.json: the contract between the build (nextjs/ writes it), the pipeline (Package, UpdateDistribution and
 * Invalidate read it) and request time (edge/ is shipped with `Manifest.edge`). One schema; types and parser derive from it.
 *
 * The release bundle, beside it:
 *
 *   static/<URL path>        _next/static, base path included: `static/_next/static/chunks/x.js`. S3 key: the same.
 *   public/<URL path>        public/ files; all other files of a static site. S3 key: `releases/<release>/public/<URL path>`
 *   prerendered/<file>       html, json and metadata of prerendered pages. S3 key: `releases/<release>/isr/<file>`
 *   functions/default/…      traced server files, of `regeneration` too
 */
import * as z from 'zod';
import { BuildResult, PreparedSite, PublishedFunctions, Scope } from './pipeline.ts';
import { SITE_FUNCTIONS } from './site.ts';
import { SiteRules } from './site-rules.ts';
import { SECRET_STORES } from './variables.ts';

export const MANIFEST_VERSION = 1;

/** Path inside the bundle → what the file holds. */
const Files = z.record(z.string(), z.object({ sha256: z.string(), bytes: z.int(), contentType: z.string() }));

/** A page that the build rendered. Keyed by URL path without base path, `/` for the index. */
const PrerenderedPage = z.object({
  /** Files under `prerendered/`. */
  html: z.string().optional(),
  data: z.string().optional(),
  /** URL path of the data request, e.g. `/_next/data/<build>/index.json`. */
  dataPath: z.string().optional(),
  /** Seconds, or false for never. */
  revalidate: z.union([z.number(), z.literal(false)]),
  status: z.int().default(200),
  /** Of the app router: flight data of the page, the paths of its segments, and Next's own cache entry. */
  rsc: z.string().optional(),
  segments: z.array(z.string()).optional(),
  entry: z.string().optional(),
  /** Next's cache tags. */
  tags: z.array(z.string()).optional(),
  /** Seconds after which it may not be shown any more. */
  expire: z.number().optional(),
});

/** File under `prerendered/` → what it is sent with, beside its type and cache time. Lower-case names. */
const Heads = z.record(z.string(), z.record(z.string(), z.string()));

/** What can be rendered when it is first asked for. All names without base path. */
const OnDemand = z.object({
  /** Pages with parameters and a fallback, e.g. `/pubs/[slug]`. */
  pages: z.array(z.string()),
  /** Pages without parameters that are rendered for each request: they win over the former. */
  besides: z.array(z.string()),
});

export const Manifest = z.object({
  schemaVersion: z.literal(MANIFEST_VERSION),
  rendering: z.enum(['ssr', 'static']),
  next: z.object({ version: z.string(), major: z.int() }),
  buildId: z.string(),
  /** '' or e.g. '/docs'. */
  basePath: z.string(),
  trailingSlash: z.boolean(),
  files: Files,
  pages: z.record(z.string(), PrerenderedPage),
  heads: Heads.optional(),
  onDemand: OnDemand.optional(),
  /** When the pages were rendered. Milliseconds since 1970, UTC. */
  builtAt: z.int().optional(),
  /** The functions this release needs; empty for a static site. */
  functions: z.array(z.enum(SITE_FUNCTIONS)),
  /** Whether CloudFront tells the functions the visitor's country, and keeps an answer for each. */
  seesCountry: z.boolean().optional(),
  /** Added by Package: what the app's owner wants of every answer. */
  rules: SiteRules.optional(),
  /** What the functions need at request time (routing, images, …): opaque to the pipeline, baked into their zips. */
  edge: z.record(z.string(), z.unknown()),
});
export type Manifest = z.infer<typeof Manifest>;
export type PrerenderedPage = z.infer<typeof PrerenderedPage>;

/** towpath.json in each function's zip: Lambda@Edge has no environment variables, and AWS_REGION there is the visitor's. */
export const EdgeSettings = z.object({
  site: z.string(),
  release: z.string(),
  bucket: z.string(),
  bucketRegion: z.string(),
  /** The app's environment variables, set on process.env before Next is loaded. */
  environment: z.record(z.string(), z.string()),
  /** Those that the function reads for itself when it starts. */
  secrets: z
    .object({
      /** Where they are kept. */
      region: z.string(),
      list: z.array(
        z.object({
          variable: z.string(),
          store: z.enum(SECRET_STORES),
          name: z.string(),
          /** Of the value when the release was made: another one makes another function, which reads it anew. */
          version: z.string(),
        }),
      ),
    })
    .optional(),
  rendering: z.enum(['ssr', 'static']),
  next: z.object({ version: z.string(), major: z.int() }),
  buildId: z.string(),
  basePath: z.string(),
  trailingSlash: z.boolean(),
  pages: z.record(z.string(), PrerenderedPage),
  onDemand: OnDemand.optional(),
  /** What pages are rendered anew with; absent when nothing does. */
  regeneration: z
    .object({
      queueUrl: z.string(),
      /** Where revalidated tags are noted. */
      table: z.string(),
      /** Of queue and table. */
      region: z.string(),
      distributionId: z.string(),
      /** Of the control plane: sites of several stages may be in one account. */
      stage: z.string(),
    })
    .optional(),
  /** URL paths (base path included) answered by `releases/<release>/public/…`. */
  publicPaths: z.array(z.string()),
  rules: SiteRules.optional(),
  edge: z.record(z.string(), z.unknown()),
});
export type EdgeSettings = z.infer<typeof EdgeSettings>;

/** towpath.json of the image function: nothing that changes with each release, so that most releases share one version. */
export const ImageSettings = EdgeSettings.pick({
  bucket: true,
  bucketRegion: true,
  next: true,
  basePath: true,
  publicPaths: true,
  edge: true,
});
export type ImageSettings = z.infer<typeof ImageSettings>;

/** What is remembered of a release: enough to promote it without a build. */
export const ReleaseRecord = z.object({
  site: z.string(),
  release: z.string(),
  /** Number of the deployment that made it. */
  number: z.int().positive(),
  createdAt: z.iso.datetime(),
  rendering: z.enum(['ssr', 'static']),
  basePath: z.string(),
  trailingSlash: z.boolean(),
  manifest: z.object({ bucket: z.string(), key: z.string() }),
  functions: z.array(
    z.object({
      name: z.enum(SITE_FUNCTIONS),
      code: z.object({ bucket: z.string(), key: z.string() }),
      codeSha256: z.string(),
      /** Of everything but the release's id: two releases with equal ones answer alike. */
      contentSha256: z.string(),
      zippedBytes: z.int(),
    }),
  ),
  /** What it was made of; another release can be made of it. */
  build: BuildResult.optional(),
  scope: Scope.optional(),
  /** Where it is served from, once its functions are published: only then can it be promoted. */
  published: z.object({ site: PreparedSite, functions: PublishedFunctions }).optional(),
});
export type ReleaseRecord = z.infer<typeof ReleaseRecord>;
