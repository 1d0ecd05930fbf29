/** From the files of a commit to how it is built: no I/O. */
import type { BuildOptions } from '../../domain/build-settings.ts';
import type { Deployment } from '../../domain/deployment.ts';
import { TowpathError } from '../../domain/errors.ts';
import type { Detection } from '../../domain/pipeline.ts';
import type { PublishedFiles } from '../../domain/published-files.ts';
import type { RepositoryRules } from '../../domain/site-rules.ts';
import type { Variable } from '../../domain/variables.ts';
import type { AccountUse } from '../../preflight/account.ts';
import type { Finding } from '../../preflight/finding.ts';
import { inspect, isComplete } from '../../preflight/inspect.ts';
import { launcherOf, localLauncherOf } from '../../preflight/package-manager.ts';
import { buildCommands, type Plan } from '../../preflight/plan.ts';
import { publishedFiles } from '../../preflight/published.ts';
import { normalRoot, type SourceTree } from '../../preflight/source-tree.ts';
import { cachePathsOf, fillBuildspec, finishCommands } from './buildspec.ts';
import { installCommands } from './install-commands.ts';

export type Decision = Omit<
  Detection,
  'source' | 'tools' | 'buildEnvironment' | 'publicVariables' | 'repositoryRules' | 'machine'
> & {
  /** Variables that amplify.yml sets: they beat the app's. */
  environment: Record<string, string>;
  rules: RepositoryRules;
};

/** The first error, which names the others. */
function refusal([first, ...others]: Finding[]): TowpathError {
  if (!first) throw new Error('a plan is incomplete although no check failed');
  const more = others.length > 0 ? ` There is more: ${others.map(({ message }) => message).join(' ')}` : '';
  const { code, remedy, message } = first;
  return new TowpathError({ code, remedy, fault: 'user', retryable: false }, `${message}${more}`);
}

const QUIET = 'npm install --no-audit --no-fund';

/** What is run around the installation: Amplify's package overrides, and Next.js in another version. */
function aroundInstall(plan: Plan, { globalPackages }: Pick<BuildOptions, 'globalPackages'>, launcher: string) {
  const { amplify, next, installation } = plan;
  const packages = globalPackages.map((wanted) => `'${wanted}'`).join(' ');
  // Who asks for another Next.js gets it, whatever React it was made for.
  const add = installation.packageManager === 'npm' ? `${QUIET} --no-save --legacy-peer-deps` : `${launcher} add`;
  return {
    before: [
      ...(amplify?.buildPath ? [`cd "$CODEBUILD_SRC_DIR/${amplify.buildPath}"`] : []),
      ...(packages === '' ? [] : [`${QUIET} --global ${packages}`]),
    ],
    after: next.install ? [`${add} 'next@${next.install}'`] : [],
  };
}

/** A runner of tasks knows the whole workspace: it is called at its root. */
function runBuild({ runner, installation }: Plan, appRoot: string, launcher: string): string[] {
  if (!runner) return [`${launcher} run build`];
  const run = `${localLauncherOf(installation.packageManager, launcher)} ${runner.command}`;
  return appRoot === '.' ? [run] : ['cd "$CODEBUILD_SRC_DIR"', run, `cd "$CODEBUILD_SRC_DIR/${appRoot}"`];
}

const describePublished = ({ globs, folder, flat }: PublishedFiles) =>
  `${globs.join(', ')} of ${folder ?? 'what is exported'}${flat ? ', without folders' : ''}`;

const DEFAULTS: BuildOptions = { globalPackages: [], runsTests: true };

export function decide(
  tree: SourceTree,
  template: string,
  options: BuildOptions = DEFAULTS,
  account?: AccountUse,
): Decision {
  const { plan, findings } = inspect(tree, options, account);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0 || !isComplete(plan)) throw refusal(errors);

  const { texts: files, appRoot } = tree;
  const { packageJson, next, amplify, installation, node, rendering } = plan;
  const launcher = launcherOf(installation, packageJson.packageManager);
  const build = buildCommands(amplify, runBuild(plan, appRoot, launcher));
  const published = publishedFiles(plan, appRoot);
  const { before, after } = aroundInstall(plan, options, launcher);
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
      ...(plan.runner ? [plan.runner.reason] : []),
      ...(amplify ? [`build commands: ${amplify.file}`] : []),
      ...(published && rendering.rendering === 'static'
        ? [`published: ${describePublished(published)}, by ${amplify?.file}`]
        : []),
    ],
    warnings: findings
      .filter(({ severity }) => severity === 'warning')
      .map(({ code, message, remedy }) => ({ code, message, remedy })),
    buildspec: fillBuildspec(template, {
      appRoot,
      nodeMajor: node.major,
      nextMajor: next.major,
      install: [...before, ...install, ...after],
      build: [...build, ...(options.runsTests ? (amplify?.tests ?? []) : [])],
      finish: finishCommands(appRoot, amplify),
      cachePaths: cachePathsOf(appRoot, amplify?.cachePaths ?? []),
      published,
    }),
    environment: amplify?.environment ?? {},
    rules: plan.rules,
  };
}

/** Amplify's: where the app is in a monorepo. */
export const APP_ROOT_VARIABLE = 'AMPLIFY_MONOREPO_APP_ROOT';

type BuildVariable = Detection['buildEnvironment'][number];

const plain = (variables: Record<string, string>): BuildVariable[] =>
  Object.entries(variables).map(([Name, Value]) => ({ Name, Value, Type: 'PLAINTEXT' }));

/** CodeBuild reads a secret's value itself, and hides it in the log. */
function asBuildVariable({ name, value = '', secret }: Variable): BuildVariable {
  if (!secret) return { Name: name, Value: value, Type: 'PLAINTEXT' };
  return {
    Name: name,
    Value: secret.name,
    Type: secret.store === 'parameter-store' ? 'PARAMETER_STORE' : 'SECRETS_MANAGER',
  };
}

/** The build's variables: the app's, those of amplify.yml over them, and what Amplify gives to its builds. */
export function buildEnvironment(
  deployment: Deployment,
  variables: Iterable<Variable>,
  amplify: Record<string, string>,
): BuildVariable[] {
  const appRoot = normalRoot(deployment.appRoot);
  const listed = [
    ...plain({
      AWS_APP_ID: deployment.app,
      AWS_BRANCH: deployment.commit.branch,
      AWS_CLONE_URL: deployment.repository.url,
      AWS_COMMIT_ID: deployment.commit.sha,
      AWS_JOB_ID: deployment.id,
      ...(deployment.preview && { AWS_PULL_REQUEST_ID: String(deployment.preview.number) }),
      ...(appRoot !== '.' && { [APP_ROOT_VARIABLE]: appRoot }),
    }),
    ...[...variables].map(asBuildVariable),
    ...plain(amplify),
    ...plain({ TOWPATH_DEPLOYMENT_ID: deployment.id }),
  ];
  return [...new Map(listed.map((variable) => [variable.Name, variable])).values()];
}
