/**
 * What Nx's targets run, as commands: those of the project.json beside the app's package.json. Pure.
 * https://nx.dev/reference/project-configuration, https://nx.dev/nx-api/next
 */
import { inApp, type SourceFiles } from './source-tree.ts';

interface Target {
  executor?: string;
  command?: string;
  options?: { command?: unknown; commands?: unknown; script?: unknown };
}

/** Before version 16, Nx's packages were `@nrwl/…`. */
const EXECUTORS: Record<string, (target: Target, name: string) => string[]> = {
  'next:build': () => ['next build'],
  'next:export': () => ['next export'],
  'run-commands': ({ options = {} }) => commandsIn(options.command, options.commands),
  'workspace:run-commands': ({ options = {} }) => commandsIn(options.command, options.commands),
  'run-script': ({ options = {} }, name) => [`npm run ${textOf(options.script) ?? name}`],
};

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** A command is a string, or in an object; several are a list of these. */
function commandsIn(...values: unknown[]): string[] {
  return values
    .flat()
    .flatMap((value) => textOf(value) ?? textOf((value as { command?: unknown } | null)?.command) ?? []);
}

const kindOf = (executor: string) => executor.replace(/^nx:/, '').replace(/^@(nx|nrwl)\//, '');

/** Target → commands; nothing where there is no project.json, or one that cannot be read. */
export function nxTargets(files: SourceFiles, appRoot: string): Record<string, string[]> {
  let targets: Record<string, Target | null> = {};
  try {
    targets = JSON.parse(files.get(inApp(appRoot, 'project.json')) ?? '{}').targets ?? {};
  } catch {
    // Nx's own message is the better one.
  }
  return Object.fromEntries(
    Object.entries(targets).map(([name, target]) => {
      const executor = EXECUTORS[kindOf(target?.executor ?? '')];
      return [name, [...commandsIn(target?.command), ...(target && executor ? executor(target, name) : [])]];
    }),
  );
}
