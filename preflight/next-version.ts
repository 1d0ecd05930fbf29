/** Which Next.js a commit uses: the lockfile's word, else the range in package.json. Plain text search, no parsers. */
import { escapeRegex } from '../domain/escape-regex.ts';
import { type Finding, finding } from './finding.ts';
import type { PackageJson } from './package-json.ts';
import { importerOf } from './pnpm-lockfile.ts';
import { LOCKFILES, nearest, type SourceFiles } from './source-tree.ts';

export interface NextVersion {
  version: string;
  major: number;
  /** The file that says so. */
  from: string;
  /** Range to be installed instead of what the commit has. */
  install?: string;
}

const SUPPORTED = { oldest: 9, newest: 16 };
/** Of majors that have come to their end. https://www.npmjs.com/package/next?activeTab=versions */
const LAST_MINORS: Record<number, number> = { 9: 5, 10: 2, 11: 1, 12: 3, 13: 5, 14: 2, 15: 5 };
const VERSION = /(\d+\.\d+\.\d+(?:-[\w.]+)?)/;

/** Of 13.4: from then on, one server renders what a router beside it says. */
const FIRST_ROUTED_PATCH = 13;

const firstVersion = (text: string | undefined) => VERSION.exec(text ?? '')?.[1];

type Reader = (text: string, range: string, appRoot: string) => string | undefined;

/** Formats 1 (`dependencies`) to 3 (`packages`, by folder). */
const fromNpm: Reader = (text, _range, appRoot) => {
  const lock = JSON.parse(text) as {
    packages?: Record<string, { version?: string }>;
    dependencies?: Record<string, { version?: string }>;
  };
  const own = appRoot === '.' ? undefined : lock.packages?.[`${appRoot}/node_modules/next`];
  return (own ?? lock.packages?.['node_modules/next'] ?? lock.dependencies?.next)?.version;
};

/** `next@^11.0.0, next@11:` (1) or `"next@npm:^11.0.0":` (Berry), and `version` in the lines below. */
const fromYarn: Reader = (text, range) => {
  const blockOf = (wanted: string) =>
    new RegExp(
      `^"?(?:[^\\n]*, )?"?next@(?:npm:)?${wanted}[^\\n]*:\\n(?:  [^\\n]*\\n)*?  version:? "?([^"\\n]+)`,
      'm',
    ).exec(text)?.[1];
  return firstVersion(blockOf(escapeRegex(range)) ?? blockOf(''));
};

/** The importer's block (5.3 on, several since 6), else the top-level `dependencies`: `next: 11.1.4_react@17` or `version:`. */
const fromPnpm: Reader = (lockfile, _range, appRoot) => {
  const text = lockfile.replace(/^( *)specifiers:\n(?:\1 +[^\n]*\n)*/gm, '');
  const importer = importerOf(text, appRoot) ?? text;
  const entry = /^ +next:(?: ([^\n]+)|\n(?: +specifier: [^\n]+\n)? +version: ([^\n]+))/m.exec(importer);
  return firstVersion(entry?.[1] ?? entry?.[2]);
};

/** `"next": ["next@15.1.0", …` */
const fromBun: Reader = (text) => firstVersion(/"next": \["next@([^"]+)"/.exec(text)?.[1]);

const READERS = { npm: fromNpm, yarn: fromYarn, pnpm: fromPnpm, bun: fromBun };

function fromLockfiles(files: SourceFiles, appRoot: string, range: string) {
  for (const name of Object.keys(LOCKFILES) as (keyof typeof LOCKFILES)[]) {
    const found = nearest(files, appRoot, [name]);
    if (!found) continue;
    try {
      const version = READERS[LOCKFILES[name]](found.text, range, appRoot);
      if (version) return { version, from: found.file };
    } catch {
      // A damaged lockfile is for the package manager to explain: its message is the better one.
    }
  }
  return undefined;
}

/** The newest minor of a major that a package manager would install; `x` where only the registry knows it. */
const newestOf = (major: number): string => `${major}.${LAST_MINORS[major] ?? 'x'}`;

/**
 * What a range stands for, as its package manager would read it: the newest version in it, with `x` for what only the
 * registry knows. `11.1.4` → 11.1.4, `~11.0.2` → 11.0.x, `^16.0.0` → 16.x, `latest` → 16.x; undefined for other tags.
 */
function newestIn(range: string): string | undefined {
  if (range === 'latest') return newestOf(SUPPORTED.newest);
  const found = /^(?:npm:next@)?\s*([\^~>=v]*)\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?(-[\w.]+)?(?:\.[x*])*\s*$/.exec(range);
  if (!found) return lowestOf(range);
  const [, operator = '', major = '', minor, patch, label = ''] = found;
  const isTooNew = Number(minor) > (LAST_MINORS[Number(major)] ?? Number(minor));
  if (label || isTooNew || operator.startsWith('>')) return lowestOf(range);
  if (operator === '^' || minor === undefined) return newestOf(Number(major));
  return operator === '~' || patch === undefined ? `${major}.${minor}.x` : `${major}.${minor}.${patch}`;
}

/** The lowest version that a range allows: `>=9 <12` → 9.0.0; undefined for tags. */
function lowestOf(range: string): string | undefined {
  const found = /^(?:npm:next@)?[\s^~>=v]*(\d+)(?:\.(\d+))?(?:\.(\d+))?(-[\w.]+)?/.exec(range);
  return found ? `${found[1]}.${found[2] ?? 0}.${found[3] ?? 0}${found[4] ?? ''}` : undefined;
}

function rangeOf(packageFile: string, { dependencies, devDependencies }: PackageJson): string | Finding {
  const range = dependencies?.next ?? devDependencies?.next;
  if (typeof range === 'string') return range;
  const has = Object.keys({ ...dependencies, ...devDependencies });
  const list = has.length > 0 ? ` (it has ${has.slice(0, 5).join(', ')}${has.length > 5 ? ', …' : ''})` : '';
  return finding('NOT_A_NEXT_APP', `${packageFile} does not depend on "next"${list}.`, { file: packageFile });
}

/** A version that takes the place of the one that the commit has: the newest of a major, where only that is asked for. */
function overridden(asked: string): NextVersion {
  const wanted = asked === 'latest' ? String(SUPPORTED.newest) : asked;
  const major = Number.parseInt(wanted, 10);
  const from = `version override "${asked}"`;
  if (wanted.includes('.')) return { version: wanted, major, from, install: wanted };
  return { version: newestOf(major), major, from, install: `^${major}.${LAST_MINORS[major] ?? 0}.0` };
}

export function decideNextVersion(
  files: SourceFiles,
  appRoot: string,
  { packageFile, packageJson }: { packageFile: string; packageJson: PackageJson },
  override?: string,
): NextVersion | Finding {
  const range = rangeOf(packageFile, packageJson);
  if (typeof range !== 'string') return range;
  if (override !== undefined) return overridden(override);
  const locked = fromLockfiles(files, appRoot, range);
  const version = locked?.version ?? newestIn(range);
  if (!version) {
    const seen = `${packageFile} asks for next "${range}", and no lockfile says which version that is.`;
    return finding('NEXT_VERSION_UNKNOWN', seen, { file: packageFile });
  }
  const major = Number.parseInt(version, 10);
  const from = locked?.from ?? packageFile;
  if (major < SUPPORTED.oldest || major > SUPPORTED.newest) {
    const offered = `Towpath deploys ${SUPPORTED.oldest} to ${SUPPORTED.newest}`;
    return finding('NEXT_VERSION_UNSUPPORTED', `${from} says Next.js ${version}; ${offered}.`, { file: from });
  }
  const minor = Number(version.split('.')[1]);
  const last = LAST_MINORS[major] ?? minor;
  if (minor > last) {
    const seen = `${from} says Next.js ${version}; the last version of ${major} is ${major}.${last}.`;
    return finding('NEXT_VERSION_UNSUPPORTED', seen, { file: from, remedy: `Use ${major}.${last}, or a later major.` });
  }
  return { version, major, from };
}

/** A finding where only static exports of that version are deployed. */
export function serverRenderingFinding({ version, from }: NextVersion): Finding | undefined {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  const isTooOld = major === 9 && minor < 3;
  const hasSeveralServers = major === 13 && minor === 4 && patch < FIRST_ROUTED_PATCH;
  if (!isTooOld && !hasSeveralServers) return undefined;
  const seen = `${from} says Next.js ${version}, which is deployed as a static export only, and this app renders on a server.`;
  return finding('NEXT_VERSION_NOT_SERVED', seen, { file: from });
}
