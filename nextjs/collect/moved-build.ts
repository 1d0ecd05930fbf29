/** What a cache of Turborepo or Nx gives back was built in another folder, and each build has its own: its paths, as they are here. */
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

interface Build {
  projectDir: string;
  repoRoot: string;
}

/** @param appFolder where the app is now. Pure. */
export function movedTo<Shape extends Build>(appFolder: string, build: Shape): Shape {
  const { projectDir, repoRoot } = build;
  if (projectDir === appFolder) return build;
  const root = resolve(appFolder, relative(projectDir, repoRoot));
  const isBelow = (text: string) => text === repoRoot || text.startsWith(`${repoRoot}/`);
  return JSON.parse(JSON.stringify(build), (_, value: unknown) =>
    typeof value === 'string' && isBelow(value) ? `${root}${value.slice(repoRoot.length)}` : value,
  ) as Shape;
}

/** The end of an exported folder's path that lies below the app's folder. */
export function movedExport(appFolder: string, outDirectory: string): string {
  if (existsSync(outDirectory)) return outDirectory;
  const parts = outDirectory.split('/').filter(Boolean);
  const ends = parts.map((_, index) => join(appFolder, ...parts.slice(-index - 1)));
  return ends.find((end) => existsSync(end)) ?? outDirectory;
}
