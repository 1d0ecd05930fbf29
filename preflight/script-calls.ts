/**
 * Which scripts of package.json a command runs, itself or by a runner of tasks: npm, yarn, pnpm, bun, Turborepo, Nx, Lerna,
 * npm-run-all. Pure text search.
 */

/** Options that take the next word as their value. */
const VALUED = /^(-w|-F|-C|--(workspace|filter|prefix|cwd|dir|scope|since|concurrency|projects?|configuration))$/;
const isOption = (word: string) => word.startsWith('-');

/** The words that are no options, up to `--`. */
function plainWords(words: string[]): string[] {
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  return own.filter((word, at) => !isOption(word) && !VALUED.test(own[at - 1] ?? ''));
}

/** `npm run x`, `yarn x`, `pnpm --filter web run x`, `yarn workspace web x`, `yarn workspaces foreach -A run x`. */
function ofPackageManager(words: string[], needsRun: boolean): string[] {
  const plain = plainWords(words);
  const [first = '', second = ''] = plain;
  const run = plain.findIndex((word) => word === 'run' || word === 'run-script');
  if (run >= 0) return plain.slice(run + 1, run + 2);
  if (first === 'workspace') return plain.slice(2, 3);
  return needsRun || first === 'workspaces' || second === undefined ? [] : plain.slice(0, 1);
}

/** `turbo run build lint --filter=web`, and without `run`; `web#build:all` is of one package. */
const ofTurbo = (words: string[]) =>
  plainWords(words).flatMap((word) => (word === 'run' ? [] : [word.slice(word.indexOf('#') + 1)]));

/** The task of a target of Nx: `web:build:production`. */
const taskOf = (target: string) => /^[^:]+:([^:]+)/.exec(target)?.[1] ?? target;

/** `nx build web`, `nx run web:build`, `nx run-many -t build lint`, `nx affected --targets=build,lint`. */
function ofNx(words: string[]): string[] {
  const [verb = '', target = ''] = plainWords(words);
  if (verb === 'run') return [taskOf(target)];
  if (verb !== 'run-many' && verb !== 'affected') return [taskOf(verb)];
  const at = words.findIndex((word) => /^(-t|--targets?)(=|$)/.test(word));
  const [, inline] = (words[at] ?? '').split('=');
  const after = words.slice(at + 1);
  const next = after.findIndex(isOption);
  const listed = inline === undefined ? after.slice(0, next < 0 ? after.length : next) : [inline];
  return listed.flatMap((each) => each.split(','));
}

const RUNNERS: Record<string, (words: string[]) => string[]> = {
  npm: (words) => ofPackageManager(words, true),
  yarn: (words) => ofPackageManager(words, false),
  pnpm: (words) => ofPackageManager(words, false),
  bun: (words) => ofPackageManager(words, false),
  turbo: ofTurbo,
  nx: ofNx,
  lerna: (words) => ofPackageManager(words, true),
  'npm-run-all': plainWords,
  'npm-run-all2': plainWords,
  'run-s': plainWords,
  'run-p': plainWords,
};

/** npm-run-all's patterns: `build:*` are those one level below. */
function matching(name: string, scripts: readonly string[]): string[] {
  if (!name.includes('*')) return scripts.includes(name) ? [name] : [];
  const source = name
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('**', '\0')
    .replaceAll('*', '[^:]*');
  const pattern = new RegExp(`^${source.replaceAll('\0', '.*')}$`);
  return scripts.filter((script) => pattern.test(script));
}

/** What ends a command, and the quotes around one that is handed on: `concurrently "npm run a"`. */
const BETWEEN = /&&|\|\||[;|&"'`()\n]/;

/** Names among `scripts`. What stands before a runner (`npx`, `cross-env CI=1`, `pnpm exec`) does not matter. */
export const scriptCalls = (command: string, scripts: readonly string[]): string[] =>
  command.split(BETWEEN).flatMap((part) => {
    const words = part.trim().split(/\s+/);
    return words.flatMap((word, at) => {
      const run = Object.hasOwn(RUNNERS, word) ? RUNNERS[word] : undefined;
      return run ? run(words.slice(at + 1)).flatMap((name) => matching(name, scripts)) : [];
    });
  });
