/** Everything that a build's commands can run by its name: scripts, and what Turborepo and Nx make of them. Pure. */
import { nxProject } from './nx-targets.ts';
import type { PackageJson } from './package-json.ts';
import type { SourceFiles } from './source-tree.ts';
import { type TaskRunner, taskRunner } from './task-runner.ts';
import { turboTasks } from './turbo-tasks.ts';

export function tasksOf(
  files: SourceFiles,
  appRoot: string,
  packageJson: PackageJson,
  root: PackageJson,
): { tasks: Record<string, string[]>; runner?: TaskRunner } {
  const project = nxProject(files, appRoot, packageJson);
  // Commands of an app in a folder may start scripts of the workspace's root.
  const scripts = Object.entries({ ...root.scripts, ...packageJson.scripts });
  const bodies: Record<string, string[]> = {
    ...project.inferred,
    ...Object.fromEntries(scripts.map(([name, body]) => [name, [body]])),
    // Nx runs a target rather than a script of its name.
    ...project.targets,
  };
  const before: Record<string, string[]> = { ...turboTasks(files, appRoot, packageJson.name), ...project.before };
  const tasks = [...new Set([...Object.keys(bodies), ...Object.keys(before)])].map((name) => {
    const first = Object.hasOwn(before, name) ? before[name]! : [];
    return [name, [...first.map((task) => `npm run ${task}`), ...(Object.hasOwn(bodies, name) ? bodies[name]! : [])]];
  });
  return { tasks: Object.fromEntries(tasks), runner: taskRunner(files, appRoot, { root, packageJson, project }) };
}
