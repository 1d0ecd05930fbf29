/** What a cache of Turborepo or Nx gives back was built in another folder, and each build has its own: its paths, as they are here. Pure. */
import { relative, resolve } from 'node:path';

interface Build {
  projectDir: string;
  repoRoot: string;
}

/** @param appFolder where the app is now */
export function movedTo<Shape extends Build>(appFolder: string, build: Shape): Shape {
  const { projectDir, repoRoot } = build;
  if (projectDir === appFolder) return build;
  const root = resolve(appFolder, relative(projectDir, repoRoot));
  const isBelow = (text: string) => text === repoRoot || text.startsWith(`${repoRoot}/`);
  return JSON.parse(JSON.stringify(build), (_, value: unknown) =>
    typeof value === 'string' && isBelow(value) ? `${root}${value.slice(repoRoot.length)}` : value,
  ) as Shape;
}
