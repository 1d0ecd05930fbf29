/**
 * What flows through statemachines/deploy.asl.yml: one JSON object that each state adds its own key to.
 * A state's Lambda parses only the keys it needs. Large values travel as S3 keys, never in here (256 KiB a state).
 */
import * as z from 'zod';
import { Machine } from './build-settings.ts';
import { Commit, Deployment } from './deployment.ts';
import { SITE_FUNCTIONS } from './site.ts';

export const PIPELINE_VERSION = 1;

const S3Object = z.object({ bucket: z.string(), key: z.string() });

/** What was built; added by Build. */
export const BuildResult = z.object({
  id: z.string(),
  /** The release bundle as a ZIP. */
  artifact: S3Object,
  logGroup: z.string(),
  logStream: z.string(),
  /** Of the variables that Next.js wrote into the files: domain/variables.ts */
  publicVariables: z.string(),
  /** The commit's own rewrites and headers: domain/site-rules.ts */
  repositoryRules: S3Object,
  /** Of all that went into it; absent when nobody else may take it. */
  key: z.string().optional(),
  /** The site's address that it was told, where its sources ask for it: then it is of no use at another one. */
  siteUrl: z.string().optional(),
  /** When it ended. ISO 8601 in UTC. */
  builtAt: z.iso.datetime({ offset: true }).optional(),
});
export type BuildResult = z.infer<typeof BuildResult>;

export const DeployInput = z.object({
  version: z.literal(PIPELINE_VERSION),
  deployment: Deployment,
  /** The build of a kept release: then there is nothing to detect and to build. */
  build: BuildResult.optional(),
  /** Whether it is built even if the same was built before. */
  rebuild: z.literal(true).optional(),
});
export type DeployInput = z.infer<typeof DeployInput>;

/** What an app of a monorepo is built from, at a commit. */
export const Scope = z.object({ key: z.string(), sha: Commit.shape.sha });
export type Scope = z.infer<typeof Scope>;

/** Added by Detect. */
export const Detection = z.object({
  /** `static`: `next build && next export`, or `output: 'export'`: no functions, files only. */
  rendering: z.enum(['ssr', 'static']),
  next: z.object({ version: z.string(), major: z.int() }),
  /** Node.js major for the app's own commands, e.g. `16`. */
  nodeMajor: z.int(),
  packageManager: z.enum(['npm', 'yarn', 'pnpm', 'bun']),
  /** Why: shown with the deployment. */
  reasons: z.array(z.string()),
  warnings: z.array(z.object({ code: z.string(), message: z.string(), remedy: z.string() })),
  /** ZIP of the commit's tree, validated; CodeBuild's primary source. */
  source: S3Object,
  /** ZIP of nextjs/'s collector; CodeBuild's secondary source `towpath`. */
  tools: S3Object,
  /** What it is built on, and for how long. */
  machine: Machine,
  /** The whole buildspec, as YAML text. */
  buildspec: z.string(),
  /** CodeBuild's EnvironmentVariablesOverride: the app's variables and TOWPATH_DEPLOYMENT_ID; secrets only as references. */
  buildEnvironment: z.array(
    z.object({
      Name: z.string(),
      Value: z.string(),
      Type: z.enum(['PLAINTEXT', 'PARAMETER_STORE', 'SECRETS_MANAGER']),
    }),
  ),
  /** Whether the sources ask for the site's address: then the build is told TOWPATH_SITE_URL besides. */
  asksForAddress: z.literal(true).optional(),
  /** Of the variables that Next.js writes into the files it builds: domain/variables.ts */
  publicVariables: z.string(),
  repositoryRules: S3Object,
  /** Of all that goes into the build; absent for a fork's, which nobody else may take. */
  buildKey: z.string().optional(),
  /** The same, built before. */
  reuses: BuildResult.optional(),
  /** Absent where everything in the repository counts. */
  scope: Scope.optional(),
  /** The live commit, when nothing of the scope has changed since: then there is nothing to deploy. */
  unchangedSince: Commit.shape.sha.optional(),
});
export type Detection = z.infer<typeof Detection>;

/** Added by PrepareSite. */
export const PreparedSite = z.object({
  bucket: z.string(),
  bucketRegion: z.string(),
  distributionId: z.string(),
  distributionDomain: z.string(),
  /** `https://…`: the site's own name, if it has one that leads to it. Absent from releases that were made before it was told. */
  url: z.string().optional(),
  functionRoleArn: z.string(),
  buildRoleArn: z.string(),
});
export type PreparedSite = z.infer<typeof PreparedSite>;

/** Added by Package. `functions` is empty for a static site. */
export const PackagedRelease = z.object({
  release: z.string(),
  rendering: z.enum(['ssr', 'static']),
  manifest: S3Object,
  functions: z.array(
    z.object({ name: z.enum(SITE_FUNCTIONS), code: S3Object, codeSha256: z.string(), zippedBytes: z.int() }),
  ),
});
export type PackagedRelease = z.infer<typeof PackagedRelease>;

/** Added by PublishFunctions: the numbered version's ARN of each function. */
export const PublishedFunctions = z.partialRecord(z.enum(SITE_FUNCTIONS), z.string());
export type PublishedFunctions = z.infer<typeof PublishedFunctions>;

/** What statemachines/promote.asl.yml begins with: all that the states before SmokeTest found out when the release was made. */
export const PromoteInput = DeployInput.extend({
  site: PreparedSite,
  package: PackagedRelease,
  functions: PublishedFunctions,
});
export type PromoteInput = z.infer<typeof PromoteInput>;

/** Added by UpdateDistribution. */
export const DistributionUpdate = z.object({
  changed: z.boolean(),
  previousRelease: z.string().optional(),
  /** That it has now: a local cloud on another port serves a kept release under another name than when it was made. */
  distributionDomain: z.string().optional(),
});
export type DistributionUpdate = z.infer<typeof DistributionUpdate>;

/** Everything a late state can ask for. */
export const PipelineState = DeployInput.extend({
  detection: Detection,
  site: PreparedSite,
  build: BuildResult,
  package: PackagedRelease,
  functions: PublishedFunctions,
  update: DistributionUpdate,
});
export type PipelineState = z.infer<typeof PipelineState>;
