/** Fills buildspecs/build.yml, the build's own phases, with the app's commands. */
import path from 'node:path';
import { isSeq, parseDocument } from 'yaml';
import type { PublishedFiles } from '../../domain/published-files.ts';
import type { AmplifySettings } from '../../preflight/amplify.ts';

export interface BuildspecParts {
  appRoot: string;
  nodeMajor: number;
  nextMajor: number;
  install: string[];
  build: string[];
  /** Once the bundle is there. */
  finish: string[];
  /** Relative to the repository's root. */
  cachePaths: string[];
  /** Of a static site; absent for all that is exported. */
  published?: PublishedFiles;
}

/** A list item of the template that stands for a list of commands. */
const PLACES = {
  'towpath:install': 'install',
  'towpath:build': 'build',
  'towpath:finish': 'finish',
  'towpath:cache': 'cachePaths',
} as const;

/** node_modules of the app, and of the root where that is another folder; Next.js's own cache; what the app adds. */
export function cachePathsOf(appRoot: string, extra: string[]): string[] {
  const inApp = (pattern: string) => path.posix.join(appRoot, pattern.replace(/^\/+/, ''));
  const own = ['node_modules/**/*', '.next/cache/**/*'].map(inApp);
  const root = appRoot === '.' ? [] : ['node_modules/**/*'];
  const added = extra
    .filter((pattern) => !pattern.startsWith('!'))
    .map(inApp)
    .filter((pattern) => !pattern.startsWith('..'));
  return [...new Set([...own, ...root, ...added])];
}

const GLOB_OPTIONS = '-O globstar -O nullglob -O dotglob';
/** All but what a glob is made of is escaped. */
const shellGlob = (pattern: string) => pattern.replace(/[^\w./*?@+-]/g, '\\$&');
const singleQuoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const inGoodCase = (command: string) => `if [ "$CODEBUILD_BUILD_SUCCEEDING" = 1 ]; then ${command}; fi`;

/** CodeBuild's cache has no exceptions: what is not to be kept is gone before it is. */
function leaveOut(appRoot: string, paths: string[]): string[] {
  const left = paths
    .filter((path) => path.startsWith('!'))
    .map((path) => path.slice(1).replace(/^\/+/, ''))
    .filter((path) => path !== '' && !path.split('/').includes('..'))
    .map(shellGlob);
  if (left.length === 0) return [];
  const script = singleQuoted(`rm -rf -- ${left.join(' ')}`);
  return [inGoodCase(`cd "$CODEBUILD_SRC_DIR/${appRoot}" && bash ${GLOB_OPTIONS} -c ${script}`)];
}

/** What the tests left, whether they failed or not, under test/ in the bundle: functions/api/test-artifacts.ts shows it. */
function keepTests(appRoot: string, artifacts: AmplifySettings['testArtifacts']): string[] {
  if (!artifacts || artifacts.baseDirectory.split('/').includes('..')) return [];
  const { baseDirectory, files } = artifacts;
  const script = `cp --parents -t "$CODEBUILD_SRC_DIR/.towpath-bundle/test" -- ${files.map(shellGlob).join(' ')} 2>/dev/null || true`;
  const into = 'mkdir -p "$CODEBUILD_SRC_DIR/.towpath-bundle/test"';
  const folder = `"$CODEBUILD_SRC_DIR/${appRoot}"/${singleQuoted(baseDirectory)}`;
  return [`if cd ${folder}; then ${into} && bash ${GLOB_OPTIONS} -c ${singleQuoted(script)}; fi`];
}

export const finishCommands = (appRoot: string, amplify: AmplifySettings | undefined): string[] =>
  amplify ? [...keepTests(appRoot, amplify.testArtifacts), ...leaveOut(appRoot, amplify.cachePaths)] : [];

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
  if (parts.published) {
    document.setIn(['env', 'variables', 'TOWPATH_PUBLISHED_FILES'], JSON.stringify(parts.published));
  }
  return document.toString({ lineWidth: 0 });
}
