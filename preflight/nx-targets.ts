/**
 * What Nx's targets run, as commands: those of the app's project.json and package.json, and the one that Nx's plugin for Next.js adds. Pure.
 * https://nx.dev/reference/project-configuration, https://nx.dev/nx-api/next
 */
import { readLoose } from './loose-json.ts';
import type { PackageJson } from './package-json.ts';
import { inApp, NEXT_CONFIGS, type SourceFiles } from './source-tree.ts';

interface Target {
  executor?: string;
  command?: string;
  options?: { command?: unknown; commands?: unknown; script?: unknown };
  dependsOn?: unknown;
}
type Targets = Record<string, Target | null>;

interface NxFile {
  plugins?: Array<string | { plugin?: string; options?: { buildTargetName?: string } }>;
  targetDefaults?: Targets;
}

interface ProjectFile {
  name?: string;
  targets?: Targets;
}

export interface NxProject {
  name?: string;
  /** Target → commands. */
  targets: Record<string, string[]>;
  /** Likewise, where package.json has no script of that name. */
  inferred: Record<string, string[]>;
  /** Target → those of the project that run before it. */
  before: Record<string, string[]>;
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

function commandsOf(target: Target, name: string): string[] {
  const executor = EXECUTORS[kindOf(target.executor ?? '')];
  return [...commandsIn(target.command), ...(executor ? executor(target, name) : [])];
}

/** `build`, `{ target: 'build' }`; those of other projects (`^build`) say nothing of this one. */
function ownOf(dependsOn: unknown): string[] {
  const all = Array.isArray(dependsOn) ? dependsOn : [];
  return all.flatMap((one) => {
    const { target, projects, dependencies } = typeof one === 'string' ? { target: one } : (one ?? {});
    const isOwn = typeof target === 'string' && !/[\^:]/.test(target) && !projects && !dependencies;
    return isOwn ? [target] : [];
  });
}

/** What the plugin makes of a folder with a next.config. */
function inferredOf(files: SourceFiles, appRoot: string, { plugins = [] }: NxFile): Record<string, string[]> {
  const plugin = plugins
    .map((one) => (typeof one === 'string' ? { plugin: one } : one))
    .find((one) => one?.plugin === '@nx/next/plugin');
  const isNext = NEXT_CONFIGS.some((name) => files.has(inApp(appRoot, name)));
  return plugin && isNext ? { [plugin.options?.buildTargetName ?? 'build']: ['next build'] } : {};
}

/** Nothing where the app has no files of Nx's. */
export function nxProject(files: SourceFiles, appRoot: string, { nx = {}, name }: PackageJson): NxProject {
  const project = readLoose<ProjectFile>(files.get(inApp(appRoot, 'project.json')));
  const workspace = readLoose<NxFile>(files.get('nx.json'));
  const targets = Object.entries({ ...nx.targets, ...project.targets } as Targets);
  const defaults = Object.entries(workspace.targetDefaults ?? {});
  return {
    name: project.name ?? nx.name ?? name,
    targets: Object.fromEntries(
      targets.flatMap(([target, settings]) => {
        const commands = settings ? commandsOf(settings, target) : [];
        return commands.length > 0 || settings?.executor ? [[target, commands]] : [];
      }),
    ),
    inferred: inferredOf(files, appRoot, workspace),
    before: Object.fromEntries(
      [...defaults, ...targets].flatMap(([target, settings]) =>
        settings?.dependsOn ? [[target, ownOf(settings.dependsOn)]] : [],
      ),
    ),
  };
}
