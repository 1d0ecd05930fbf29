/** From the files of a commit to how it is built, as far as that can be decided; what hinders it are findings. Pure. */
import type { BuildSettings } from '../domain/build-settings.ts';
import type { RepositoryRules } from '../domain/site-rules.ts';
import { type AmplifySettings, amplifySettings } from './amplify.ts';
import { type Finding, finding, isFinding } from './finding.ts';
import { decideNextVersion, type NextVersion, serverRenderingFinding } from './next-version.ts';
import { decideNode, type NodeChoice } from './node-version.ts';
import { manifestOfRoot, type PackageJson, readPackageJson } from './package-json.ts';
import { decidePackageManager, type Installation, withManagerOfRoot } from './package-manager.ts';
import { decideRendering, type RenderingChoice } from './rendering.ts';
import { repositoryRules } from './site-rules.ts';
import { nearest, type SourceFiles, type SourceTree } from './source-tree.ts';
import type { TaskRunner } from './task-runner.ts';
import { tasksOf } from './tasks.ts';

export interface Plan {
  packageFile: string;
  packageJson: PackageJson;
  next: NextVersion;
  installation: Installation;
  node: NodeChoice;
  rendering: RenderingChoice;
  amplify?: AmplifySettings;
  /** What builds the app with the packages that it needs; absent where its own script is run, or amplify.yml's commands. */
  runner?: TaskRunner;
  /** The commit's own rewrites and headers. */
  rules: RepositoryRules;
}

/** What could be decided; a complete Plan where no finding is an error. */
interface Decided {
  plan: Partial<Plan>;
  findings: Finding[];
}

/** An `nvm use` in amplify.yml counts like a version file. */
const withNvm = (files: SourceFiles, amplify: AmplifySettings | undefined): SourceFiles =>
  amplify?.nvmMajor ? new Map([...files, ['.nvmrc', String(amplify.nvmMajor)]]) : files;

/** The app's own build commands: amplify.yml's, else the build script or what runs it. */
export function buildCommands(amplify: AmplifySettings | undefined, runBuild: string[]): string[] {
  if (amplify && amplify.build.length > 0) return [...amplify.build, ...amplify.postBuild];
  return [...runBuild, ...(amplify?.postBuild ?? [])];
}

/** What a person asked for, beside the commit. */
export type Overrides = Pick<BuildSettings, 'next' | 'node' | 'amplifyYml'>;

/** A kept amplify.yml is for commits that have none. */
const withKept = (files: SourceFiles, appRoot: string, text: string | undefined): SourceFiles =>
  text === undefined || text.trim() === '' || nearest(files, appRoot, ['amplify.yml', 'amplify.yaml'])
    ? files
    : new Map([...files, ['amplify.yml', text]]);

export function decidePlan({ texts: committed, appRoot }: SourceTree, overrides: Overrides = {}): Decided {
  const texts = withKept(committed, appRoot, overrides.amplifyYml);
  const findings: Finding[] = [];
  const keep = <T extends object>(outcome: T | Finding | undefined): T | undefined => {
    if (!outcome || !isFinding(outcome)) return outcome;
    findings.push(outcome);
    return undefined;
  };

  const manifest = keep(readPackageJson(texts, appRoot));
  const next = manifest && keep(decideNextVersion(texts, appRoot, manifest, overrides.next));
  const amplify = keep(amplifySettings(texts, appRoot));
  findings.push(...(amplify?.findings ?? []));
  const { rules, findings: ofRules } = repositoryRules(texts, appRoot, amplify);
  findings.push(...ofRules);
  if (!manifest) return { plan: { amplify, rules }, findings };

  const { packageFile } = manifest;
  const root = manifestOfRoot(texts);
  const packageJson = withManagerOfRoot(texts, appRoot, manifest.packageJson, root);
  const installation = decidePackageManager(texts, appRoot, packageJson, (amplify?.preBuild.length ?? 0) > 0);
  findings.push(...installation.findings);
  const hasCommands = (amplify?.build.length ?? 0) > 0;
  // Without Next.js the build script is not what matters.
  const { tasks, runner: known } = tasksOf(texts, appRoot, packageJson, root);
  // Without a lockfile there, npm installs what the app needs, and not what the root does.
  const runner = installation.lockfile?.folder === '.' ? known : undefined;
  const hasBuild = Boolean(packageJson.scripts?.build ?? runner);
  if (next && !hasBuild && !hasCommands) {
    findings.push(finding('BUILD_SCRIPT_MISSING', `${packageFile} has no "build" script.`, { file: packageFile }));
  }
  if (!next) return { plan: { packageFile, packageJson, installation, amplify, rules }, findings };

  const node = decideNode(
    withNvm(texts, amplify),
    appRoot,
    next,
    packageJson.engines?.node,
    packageFile,
    overrides.node,
  );
  const commands = buildCommands(amplify, [runner?.command ?? 'npm run build']);
  const rendering = decideRendering(texts, appRoot, next, commands, tasks);
  findings.push(...node.findings);
  if (rendering.rendering === 'ssr') keep(serverRenderingFinding(next));
  if (!rendering.runsNextBuild && (hasBuild || hasCommands)) {
    const taken = rendering.rendering === 'ssr' ? 'server-rendered' : 'a static export';
    const seen = `No "next build" was found in the build commands: the app is taken as ${taken}.`;
    findings.push(finding('NEXT_BUILD_NOT_SEEN', seen, { file: amplify && hasCommands ? amplify.file : packageFile }));
  }
  // amplify.yml's commands are all that is run.
  const ofRunner = hasCommands ? undefined : runner;
  const plan = { packageFile, packageJson, installation, amplify, rules, next, node, rendering, runner: ofRunner };
  return { plan, findings };
}
