/** From the files of a commit to how it is built: pre-flight checks and decisions, no I/O. */
import path from 'node:path';
import type { Deployment } from '../../domain/deployment.ts';
import type { Detection } from '../../domain/pipeline.ts';
import { type AmplifySettings, amplifySettings } from './amplify.ts';
import { cachePathsOf, fillBuildspec } from './buildspec.ts';
import { problem } from './errors.ts';
import { decideNextVersion, type PackageJson } from './next-version.ts';
import { decideNode, type NodeChoice } from './node-version.ts';
import { decidePackageManager, installCommands, launcherOf } from './package-manager.ts';
import { decideRendering } from './rendering.ts';
import type { SourceFiles } from './source-files.ts';
import type { Warning } from './warnings.ts';

export type Decision = Omit<Detection, 'source' | 'tools' | 'buildEnvironment'> & {
  /** Variables that amplify.yml sets: they beat the app's. */
  environment: Record<string, string>;
};

function readPackageJson(files: SourceFiles, appRoot: string): { packageFile: string; packageJson: PackageJson } {
  const packageFile = path.posix.join(appRoot, 'package.json');
  const text = files.get(packageFile);
  if (text === undefined) {
    const where = appRoot === '.' ? 'The repository' : `The folder ${appRoot}`;
    throw problem('PACKAGE_JSON_MISSING', `${where} has no package.json: this is no Next.js app.`);
  }
  let packageJson: PackageJson | null;
  try {
    packageJson = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw problem('PACKAGE_JSON_INVALID', `${packageFile} is no valid JSON: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  if (typeof packageJson !== 'object' || packageJson === null) {
    throw problem('PACKAGE_JSON_INVALID', `${packageFile} holds no JSON object.`);
  }
  return { packageFile, packageJson };
}

function nextRange(packageFile: string, { dependencies, devDependencies }: PackageJson): string {
  const range = dependencies?.next ?? devDependencies?.next;
  if (typeof range === 'string') return range;
  const has = Object.keys({ ...dependencies, ...devDependencies });
  throw problem(
    'NOT_A_NEXT_APP',
    `${packageFile} does not depend on "next"${has.length > 0 ? ` (it has ${has.slice(0, 5).join(', ')}${has.length > 5 ? ', …' : ''})` : ''}.`,
  );
}

/** The app's own build commands: amplify.yml's, else the build script. */
function buildCommands(
  packageFile: string,
  { scripts }: PackageJson,
  amplify: AmplifySettings | undefined,
  launcher: string,
) {
  if (amplify && amplify.build.length > 0) return [...amplify.build, ...amplify.postBuild];
  if (!scripts?.build) throw problem('BUILD_SCRIPT_MISSING', `${packageFile} has no "build" script.`);
  return [`${launcher} run build`, ...(amplify?.postBuild ?? [])];
}

const unseenBuild: Warning = {
  code: 'NEXT_BUILD_NOT_SEEN',
  message: 'No "next build" was found in the build commands: the app is taken as server-rendered.',
  remedy: 'Nothing to do, if the commands run it by other means.',
};
const headersIgnored: Warning = {
  code: 'CUSTOM_HEADERS_IGNORED',
  message: 'customHttp.yml is not applied to the site.',
  remedy: "Set the headers in next.config's headers().",
};

/** An `nvm use` in amplify.yml counts like a version file. */
const withNvm = (files: SourceFiles, amplify: AmplifySettings | undefined): SourceFiles =>
  amplify?.nvmMajor ? new Map([...files, ['.nvmrc', String(amplify.nvmMajor)]]) : files;

export function decide(files: SourceFiles, appRoot: string, template: string): Decision {
  const { packageFile, packageJson } = readPackageJson(files, appRoot);
  const next = decideNextVersion(files, appRoot, nextRange(packageFile, packageJson), packageFile);
  const amplify = amplifySettings(files, appRoot);
  const installation = decidePackageManager(files, appRoot, packageJson);
  const node: NodeChoice = decideNode(withNvm(files, amplify), appRoot, next, packageJson.engines?.node);
  const build = buildCommands(packageFile, packageJson, amplify, launcherOf(installation, packageJson.packageManager));
  const rendering = decideRendering(files, appRoot, next, build, packageJson.scripts ?? {});
  const install = amplify?.preBuild.length
    ? amplify.preBuild
    : installCommands(installation, { files, packageJson, nodeMajor: node.major, appRoot });

  return {
    rendering: rendering.rendering,
    next: { version: next.version, major: next.major },
    nodeMajor: node.major,
    packageManager: installation.packageManager,
    reasons: [
      rendering.reason,
      `Next.js ${next.version}: ${next.from}`,
      node.reason,
      installation.reason,
      ...(amplify ? [`build commands: ${amplify.file}`] : []),
    ],
    warnings: [
      ...installation.warnings,
      ...node.warnings,
      ...(amplify?.warnings ?? []),
      ...(rendering.runsNextBuild ? [] : [unseenBuild]),
      ...(files.has('customHttp.yml') ? [headersIgnored] : []),
    ],
    buildspec: fillBuildspec(template, {
      appRoot,
      nodeMajor: node.major,
      install,
      build,
      cachePaths: cachePathsOf(appRoot, amplify?.cachePaths ?? []),
    }),
    environment: amplify?.environment ?? {},
  };
}

/** CodeBuild refuses names of its own; TOWPATH_… are ours. */
const isReserved = (name: string) => /^(CODEBUILD|TOWPATH)_/.test(name);

/** The build's variables: the app's, those of amplify.yml over them, and what Amplify gives to its builds. */
export function buildEnvironment(
  deployment: Deployment,
  app: Record<string, string>,
  amplify: Record<string, string>,
): Detection['buildEnvironment'] {
  const variables = {
    AWS_APP_ID: deployment.app,
    AWS_BRANCH: deployment.commit.branch,
    AWS_COMMIT_ID: deployment.commit.sha,
    AWS_JOB_ID: deployment.id,
    ...Object.fromEntries(Object.entries({ ...app, ...amplify }).filter(([name]) => !isReserved(name))),
    TOWPATH_DEPLOYMENT_ID: deployment.id,
  };
  return Object.entries(variables).map(([Name, Value]) => ({ Name, Value, Type: 'PLAINTEXT' }));
}
