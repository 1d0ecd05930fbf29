/** Turborepo or Nx, where a workspace has one: by it an app is built together with the packages that it needs. Pure. */
import type { NxProject } from './nx-targets.ts';
import type { PackageJson } from './package-json.ts';
import type { SourceFiles } from './source-tree.ts';
import { TURBO_FILES } from './turbo-tasks.ts';

export interface TaskRunner {
  /** What it is told, from the repository's root. */
  command: string;
  reason: string;
}

interface Workspace {
  root: PackageJson;
  packageJson: PackageJson;
  project: NxProject;
}

/** Undefined where the app's own build script is all there is to run. */
export function taskRunner(
  files: SourceFiles,
  appRoot: string,
  { root, packageJson, project }: Workspace,
): TaskRunner | undefined {
  const installs = (name: string) => Boolean(root.devDependencies?.[name] ?? root.dependencies?.[name]);
  const has = (name: string) => Object.hasOwn(packageJson.scripts ?? {}, name);
  const turboFile = TURBO_FILES.find((name) => files.has(name));
  if (turboFile && installs('turbo') && appRoot !== '.' && has('build')) {
    return { command: `turbo run build --filter=./${appRoot}`, reason: `built by Turborepo: ${turboFile}` };
  }
  const isTarget = Object.hasOwn({ ...project.targets, ...project.inferred }, 'build');
  if (files.has('nx.json') && installs('nx') && project.name && (isTarget || (appRoot !== '.' && has('build')))) {
    return { command: `nx run ${project.name}:build`, reason: 'built by Nx: nx.json' };
  }
  return undefined;
}
