/** From the files of a commit to how it is built, as far as that can be decided; what hinders it are findings. Pure. */
import { type AmplifySettings, amplifySettings } from './amplify.ts';
import { type Finding, finding, isFinding } from './finding.ts';
import { decideNextVersion, type NextVersion, serverRenderingFinding } from './next-version.ts';
import { decideNode, type NodeChoice } from './node-version.ts';
import { type PackageJson, readPackageJson } from './package-json.ts';
import { decidePackageManager, type Installation } from './package-manager.ts';
import { decideRendering, type RenderingChoice } from './rendering.ts';
import type { SourceFiles, SourceTree } from './source-tree.ts';

export interface Plan {
  packageFile: string;
  packageJson: PackageJson;
  next: NextVersion;
  installation: Installation;
  node: NodeChoice;
  rendering: RenderingChoice;
  amplify?: AmplifySettings;
}

/** What could be decided; a complete Plan where no finding is an error. */
interface Decided {
  plan: Partial<Plan>;
  findings: Finding[];
}

/** An `nvm use` in amplify.yml counts like a version file. */
const withNvm = (files: SourceFiles, amplify: AmplifySettings | undefined): SourceFiles =>
  amplify?.nvmMajor ? new Map([...files, ['.nvmrc', String(amplify.nvmMajor)]]) : files;

/** The app's own build commands: amplify.yml's, else the build script. */
export function buildCommands(amplify: AmplifySettings | undefined, runBuild: string): string[] {
  if (amplify && amplify.build.length > 0) return [...amplify.build, ...amplify.postBuild];
  return [runBuild, ...(amplify?.postBuild ?? [])];
}

export function decidePlan({ texts, appRoot }: SourceTree): Decided {
  const findings: Finding[] = [];
  const keep = <T extends object>(outcome: T | Finding | undefined): T | undefined => {
    if (!outcome || !isFinding(outcome)) return outcome;
    findings.push(outcome);
    return undefined;
  };

  const manifest = keep(readPackageJson(texts, appRoot));
  const next = manifest && keep(decideNextVersion(texts, appRoot, manifest));
  const amplify = keep(amplifySettings(texts, appRoot));
  findings.push(...(amplify?.findings ?? []));
  if (!manifest) return { plan: { amplify }, findings };

  const { packageFile, packageJson } = manifest;
  const installation = decidePackageManager(texts, appRoot, packageJson);
  findings.push(...installation.findings);
  const hasCommands = (amplify?.build.length ?? 0) > 0;
  // Without Next.js the build script is not what matters.
  if (next && !packageJson.scripts?.build && !hasCommands) {
    findings.push(finding('BUILD_SCRIPT_MISSING', `${packageFile} has no "build" script.`, { file: packageFile }));
  }
  if (!next) return { plan: { packageFile, packageJson, installation, amplify }, findings };

  const node = decideNode(withNvm(texts, amplify), appRoot, next, packageJson.engines?.node, packageFile);
  const commands = buildCommands(amplify, 'npm run build');
  const rendering = decideRendering(texts, appRoot, next, commands, packageJson.scripts ?? {});
  findings.push(...node.findings);
  if (rendering.rendering === 'ssr') keep(serverRenderingFinding(next));
  if (!rendering.runsNextBuild && (packageJson.scripts?.build || hasCommands)) {
    const seen = 'No "next build" was found in the build commands: the app is taken as server-rendered.';
    findings.push(finding('NEXT_BUILD_NOT_SEEN', seen, { file: amplify && hasCommands ? amplify.file : packageFile }));
  }
  return { plan: { packageFile, packageJson, installation, amplify, next, node, rendering }, findings };
}
