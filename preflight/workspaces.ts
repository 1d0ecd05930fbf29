/**
 * Which files of a monorepo an app is built from: its package, the packages of its workspace that it depends on, directly or
 * not, and whatever lies outside of any package, lockfiles and shared settings for instance. Pure.
 */
import path from 'node:path';
import { parse } from 'yaml';
import { matchesBranch } from '../domain/branch-pattern.ts';
import { inApp, type PackageEntry, type SourceTree } from './source-tree.ts';

/** What a pattern of npm, Yarn and pnpm can have besides, and is not understood here. */
const OTHER_GLOBS = /[?[\]{}()+@]/;

function asPatterns(value: unknown): string[] | undefined {
  const list = Array.isArray(value) ? value : (value as { packages?: unknown } | null)?.packages;
  return Array.isArray(list) && list.every((one) => typeof one === 'string') ? list : undefined;
}

function parsed(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** https://docs.npmjs.com/cli/using-npm/workspaces, https://pnpm.io/pnpm-workspace_yaml: patterns of folders. */
function patternsOf({ texts }: SourceTree): string[] | undefined {
  const pnpm = texts.get('pnpm-workspace.yaml');
  if (pnpm !== undefined) return asPatterns(parsed(() => parse(pnpm)));
  const manifest = parsed(() => JSON.parse(texts.get('package.json') ?? 'null')) as { workspaces?: unknown } | null;
  return asPatterns(manifest?.workspaces);
}

/** Folder → its package, of those that the workspace has; undefined where that cannot be told. */
function membersOf(tree: SourceTree): Map<string, PackageEntry> | undefined {
  const patterns = patternsOf(tree)?.map((pattern) => pattern.replace(/^(!?)(\.\/)?/, '$1').replace(/\/$/, ''));
  if (!patterns || patterns.some((pattern) => OTHER_GLOBS.test(pattern))) return undefined;
  const matches = (folder: string, negated: boolean) =>
    patterns.some((pattern) => pattern.startsWith('!') === negated && matchesBranch(pattern.replace('!', ''), folder));
  const folders = [...tree.packageFolders.keys()].filter((folder) => matches(folder, false) && !matches(folder, true));
  return new Map(folders.map((folder) => [folder, tree.packageFolders.get(folder) as PackageEntry]));
}

/** The innermost of `folders` that has `file`. */
function folderOf(file: string, folders: ReadonlySet<string>): string | undefined {
  for (let folder = path.posix.dirname(file); folder !== '.'; folder = path.posix.dirname(folder))
    if (folders.has(folder)) return folder;
  return undefined;
}

/**
 * Undefined where it is not certain: the app is no package of a workspace, or one of the packages cannot be read.
 * A path out of a package (`../../packages/ui/src`) counts as a dependency, whatever package.json says.
 */
export function workspaceScope(tree: SourceTree): ((file: string) => boolean) | undefined {
  const members = membersOf(tree);
  if (!members?.has(tree.appRoot) || [...members.values()].some(({ name }) => name === undefined)) return undefined;
  const folders = new Set(members.keys());
  const byName = new Map([...members].map(([folder, { name }]) => [name, folder]));
  const outward = Map.groupBy(tree.outwardPaths, ({ from }) => folderOf(from, folders));
  const needs = (folder: string | undefined, { needs: names }: Pick<PackageEntry, 'needs'>) => [
    ...names.flatMap((name) => byName.get(name) ?? []),
    ...(outward.get(folder) ?? []).flatMap(({ to }) => folderOf(inApp(to, 'x'), folders) ?? []),
  ];
  const scope = new Set<string>();
  const waiting = [tree.appRoot, ...needs(undefined, tree.packageFolders.get('.') ?? { needs: [] })];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (scope.has(folder)) continue;
    scope.add(folder);
    waiting.push(...needs(folder, members.get(folder) as PackageEntry));
  }
  return (file) => {
    const folder = folderOf(file, folders);
    return folder === undefined || scope.has(folder);
  };
}

/** Amplify's own rule: the app's folder, or another one that is named, and the files of the repository's root. Pure. */
export function folderScope(folder: string): (file: string) => boolean {
  return (file) => folder === '.' || !file.includes('/') || file.startsWith(`${folder}/`);
}
