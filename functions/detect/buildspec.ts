/** Fills buildspecs/build.yml, the build's own phases, with the app's commands. */
import path from 'node:path';
import { isSeq, parseDocument } from 'yaml';

export interface BuildspecParts {
  appRoot: string;
  nodeMajor: number;
  nextMajor: number;
  install: string[];
  build: string[];
  /** Relative to the repository's root. */
  cachePaths: string[];
}

/** A list item of the template that stands for a list of commands. */
const PLACES = { 'towpath:install': 'install', 'towpath:build': 'build', 'towpath:cache': 'cachePaths' } as const;

/** node_modules of the app, and of the root where that is another folder; Next.js's own cache; what the app adds. */
export function cachePathsOf(appRoot: string, extra: string[]): string[] {
  const inApp = (pattern: string) => path.posix.join(appRoot, pattern.replace(/^\/+/, ''));
  const own = ['node_modules/**/*', '.next/cache/**/*'].map(inApp);
  const root = appRoot === '.' ? [] : ['node_modules/**/*'];
  const added = extra.map(inApp).filter((pattern) => !pattern.startsWith('..'));
  return [...new Set([...own, ...root, ...added])];
}

/** The whole buildspec as YAML text. */
export function fillBuildspec(template: string, parts: BuildspecParts): string {
  // The template's introduction speaks of places that are filled now.
  const document = parseDocument(template.replace(/^(?:#.*\n)+/, ''));
  const fill = (at: string[]) => {
    const list = document.getIn(at);
    if (!isSeq(list)) return;
    const items = (list.toJSON() as string[]).flatMap((item) =>
      Object.hasOwn(PLACES, item) ? parts[PLACES[item as keyof typeof PLACES]] : [item],
    );
    document.setIn(at, document.createNode(items));
  };
  for (const phase of ['install', 'pre_build', 'build', 'post_build']) fill(['phases', phase, 'commands']);
  fill(['cache', 'paths']);
  document.setIn(['env', 'variables', 'TOWPATH_APP_ROOT'], parts.appRoot);
  document.setIn(['env', 'variables', 'TOWPATH_NODE_MAJOR'], String(parts.nodeMajor));
  document.setIn(['env', 'variables', 'TOWPATH_NEXT_MAJOR'], String(parts.nextMajor));
  return document.toString({ lineWidth: 0 });
}
