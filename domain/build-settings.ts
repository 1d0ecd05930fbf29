/** How an app is built: kept with it, or given as Amplify's variables `_BUILD_TIMEOUT`, `_CUSTOM_IMAGE` and `_LIVE_UPDATES`. */
import * as z from 'zod';

/** https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html */
export const COMPUTE_TYPES = {
  small: 'BUILD_GENERAL1_SMALL',
  medium: 'BUILD_GENERAL1_MEDIUM',
  large: 'BUILD_GENERAL1_LARGE',
  xlarge: 'BUILD_GENERAL1_XLARGE',
  '2xlarge': 'BUILD_GENERAL1_2XLARGE',
} as const;
export type ComputeSize = keyof typeof COMPUTE_TYPES;

/** Amazon Linux 2023, like resources/build.yml: native packages built there load in Lambda. */
const DEFAULT_IMAGE = 'aws/codebuild/amazonlinux-x86_64-standard:5.0';
/** Amplify's own, amplify:al2023 for instance, are Amplify's alone: Towpath's default has what is in them. */
const AMPLIFY_IMAGE = /^amplify:/;
/** As Amplify has them. */
const TIMEOUT_MINUTES = { least: 5, most: 120, usual: 60 };

/** A major, `latest`, or an exact version. */
export const NextOverride = z
  .string()
  .regex(
    /^(9|1[0-6]|latest|\d+\.\d+\.\d+(-[\w.]+)?)$/,
    'a Next.js version is 9, 10 … 16, latest, or an exact version like 14.2.35',
  );
export const NodeOverride = z
  .string()
  .regex(/^v?(14|16|18|20|22|24)(\.\d+){0,2}$/, 'a Node.js version is 14, 16, 18, 20, 22 or 24');

export const BuildSettings = z.object({
  timeoutMinutes: z
    .int()
    .min(TIMEOUT_MINUTES.least, `a build has at least ${TIMEOUT_MINUTES.least} minutes`)
    .max(TIMEOUT_MINUTES.most, `a build has at most ${TIMEOUT_MINUTES.most} minutes`)
    .optional(),
  compute: z.enum(Object.keys(COMPUTE_TYPES) as [ComputeSize, ...ComputeSize[]]).optional(),
  /** Of CodeBuild (aws/codebuild/…), or of a public registry. */
  image: z
    .string()
    .regex(/^[\w./:@-]{1,500}$/, 'an image is its name with a tag, like public.ecr.aws/docker/library/node:22')
    .optional(),
  cache: z.boolean().optional(),
  next: NextOverride.optional(),
  node: NodeOverride.optional(),
  /** Text of an amplify.yml, for commits that have none. */
  amplifyYml: z.string().max(300_000).optional(),
});
export type BuildSettings = z.infer<typeof BuildSettings>;

/** Other packages that `_LIVE_UPDATES` asks for, of npm. */
const PACKAGE = /^(@[\w.-]+\/)?[\w.-]+@[\w.^~<>=*|-]+$/;

export interface BuildOptions extends BuildSettings {
  /** `name@version`, installed before the app's own commands. */
  globalPackages: string[];
  runsTests: boolean;
}

const LiveUpdates = z.array(
  z.object({ pkg: z.string(), type: z.enum(['internal', 'nvm', 'npm']), version: z.coerce.string() }),
);

/** What is wrong with a variable, or undefined. */
type Read = { options: BuildOptions } | { variable: string; problem: string };

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The settings, and over them what variables say. */
export function buildOptions(settings: BuildSettings, variables: Record<string, string | undefined>): Read {
  const options: BuildOptions = { ...settings, globalPackages: [], runsTests: variables.USER_DISABLE_TESTS !== 'true' };
  const { _BUILD_TIMEOUT: timeout, _CUSTOM_IMAGE: image, _LIVE_UPDATES: updates } = variables;
  if (timeout !== undefined) {
    const minutes = BuildSettings.shape.timeoutMinutes.safeParse(Number(timeout));
    if (!minutes.success)
      return { variable: '_BUILD_TIMEOUT', problem: `it is "${timeout}", and has to be 5 to 120 (minutes)` };
    options.timeoutMinutes = minutes.data;
  }
  if (image !== undefined) {
    if (!BuildSettings.shape.image.safeParse(image).success)
      return { variable: '_CUSTOM_IMAGE', problem: `it is "${image}", and has to be an image by its name and tag` };
    options.image = AMPLIFY_IMAGE.test(image) ? undefined : image;
  }
  if (updates === undefined) return { options };
  const parsed = LiveUpdates.safeParse(readJson(updates));
  if (!parsed.success)
    return { variable: '_LIVE_UPDATES', problem: 'it is no JSON list of { "pkg": …, "type": …, "version": … }' };
  for (const { pkg, type, version } of parsed.data) {
    const problem = applyUpdate(options, pkg, type, version);
    if (problem) return { variable: '_LIVE_UPDATES', problem };
  }
  return { options };
}

function applyUpdate(options: BuildOptions, pkg: string, type: string, version: string): string | undefined {
  if (type === 'internal' && pkg === 'next-version') {
    if (!NextOverride.safeParse(version).success)
      return `it asks for Next.js "${version}": 9 to 16, latest or an exact version`;
    options.next = version;
  } else if (type === 'nvm') {
    if (!NodeOverride.safeParse(version).success) return `it asks for Node.js "${version}": 14, 16, 18, 20, 22 or 24`;
    options.node = version;
  } else if (type === 'npm') {
    if (!PACKAGE.test(`${pkg}@${version}`)) return `it asks for the package "${pkg}" in version "${version}"`;
    options.globalPackages.push(`${pkg}@${version}`);
  } else return `it has the unknown package "${pkg}" of type ${type}`;
  return undefined;
}

/** What StartBuild is told. */
export const Machine = z.object({
  timeoutMinutes: z.int(),
  computeType: z.string(),
  image: z.string(),
  /** CodeBuild's own images are pulled by it, others by the build's role. */
  pulledBy: z.enum(['CODEBUILD', 'SERVICE_ROLE']),
  cache: z.boolean(),
});
export type Machine = z.infer<typeof Machine>;

export const machineOf = ({ timeoutMinutes, compute = 'medium', image, cache }: BuildSettings): Machine => ({
  timeoutMinutes: timeoutMinutes ?? TIMEOUT_MINUTES.usual,
  computeType: COMPUTE_TYPES[compute],
  image: image ?? DEFAULT_IMAGE,
  pulledBy: (image ?? DEFAULT_IMAGE).startsWith('aws/codebuild/') ? 'CODEBUILD' : 'SERVICE_ROLE',
  cache: cache ?? true,
});
