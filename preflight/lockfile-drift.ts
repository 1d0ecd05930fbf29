/**
 * What package.json asks for and the lockfile does not lock: every package manager refuses a frozen installation then. Only
 * what is certain; text search as in next-version.ts, for lockfiles are large and Detect is fast.
 */
import { escapeRegex } from '../domain/escape-regex.ts';
import type { PackageJson } from './package-json.ts';
import type { Installation } from './package-manager.ts';
import { importerOf } from './pnpm-lockfile.ts';
import type { PackageManager } from './source-tree.ts';

export interface Drift {
  name: string;
  range: string;
  /** Absent where the lockfile does not know the package. */
  locked?: string;
}

/** `true` where the lockfile says nothing against the range; else what it has instead; undefined where it knows no such package. */
type Reader = (name: string, range: string) => string | true | undefined;

/** `1.2.3`, `^1.2.3`, `~1.2`: ranges of which the major alone tells that a version is outside. */
const majorOf = (range: string) => /^[\^~]?(\d+)\.\d+(?:\.\d+)?$/.exec(range)?.[1];

interface Locked {
  packageManager: PackageManager;
  text: string;
  from: string;
  packageJson: PackageJson;
}

interface NpmLock {
  packages?: Record<string, { version?: string }>;
  dependencies?: Record<string, { version?: string }>;
}

/** Formats 1 (`dependencies`) to 3 (`packages`). https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json */
function npmReader(text: string, from: string): Reader {
  const { packages, dependencies } = JSON.parse(text) as NpmLock;
  return (name, range) => {
    const entry = packages
      ? (packages[`${from === '.' ? '' : `${from}/`}node_modules/${name}`] ?? packages[`node_modules/${name}`])
      : dependencies?.[name];
    const [locked, wanted] = [entry?.version, majorOf(range)];
    if (!entry || !locked) return entry && true;
    return wanted && /^\d/.test(locked) && locked.split('.')[0] !== wanted ? locked : true;
  };
}

/** Its specifiers are those of package.json, letter by letter. */
function pnpmReader(text: string, from: string): Reader {
  // Overrides and hooks put their own in the place of what package.json says.
  const isChanged = /^(overrides|pnpmfileChecksum):/m.test(text);
  const importer = importerOf(text, from) ?? text.split(/^packages:/m)[0] ?? '';
  return (name, range) => {
    const entry = new RegExp(`^ +['"]?${escapeRegex(name)}['"]?:[ \\n]+(?:specifier: )?([^\\n]+)`, 'm').exec(importer);
    const specifier = entry?.[1]?.replace(/^['"]|['"]$/g, '');
    return entry && (specifier === range || isChanged) ? true : specifier;
  };
}

/** Berry has its protocol before each range of the registry. */
const bare = (range: string) => range.replace('npm:', '');

/** `name@range, name@range:` (1) or `"name@npm:range, name@npm:range":` (Berry) at the beginning of a line. */
function yarnReader(text: string, { resolutions }: PackageJson): Reader {
  const known = new Map<string, Set<string>>();
  for (const [, header = ''] of text.matchAll(/^(?:\? )?([^\s#].*)$/gm)) {
    for (const [, name = '', range = ''] of header.replace(/:$/, '').matchAll(/(@?[^@",\s]+)@([^",]+)/g)) {
      known.set(name, (known.get(name) ?? new Set()).add(bare(range)));
    }
  }
  return (name, range) => {
    const ranges = known.get(name);
    return ranges && (resolutions || ranges.has(bare(range)) ? true : [...ranges].join(', '));
  };
}

/** `"name": "range"` in the block of a workspace. https://bun.com/docs/pm/lockfile */
const bunReader =
  (text: string): Reader =>
  (name, range) =>
    text.includes(`"${name}": "${range}"`) || new RegExp(`"${escapeRegex(name)}": "([^"]+)"`).exec(text)?.[1];

function readerOf({ packageManager, text, from, packageJson }: Locked): Reader {
  if (packageManager === 'npm') return npmReader(text, from);
  if (packageManager === 'pnpm') return pnpmReader(text, from);
  return packageManager === 'yarn' ? yarnReader(text, packageJson) : bunReader(text);
}

/** What is in the repository itself, or stands for what a workspace says, is not a lockfile's matter. */
const isElsewhere = (range: string) => /^(workspace|file|link|portal|catalog|patch):/.test(range);

/** @param from folder of package.json, from that of the lockfile; `.` where they are one */
export function lockfileDrift(
  { packageManager, lockfile }: Installation,
  packageJson: PackageJson,
  from: string,
): Drift[] {
  // bun.lockb is binary.
  if (!lockfile || lockfile.file.endsWith('.lockb')) return [];
  try {
    const read = readerOf({ packageManager, text: lockfile.text.replaceAll('\r\n', '\n'), from, packageJson });
    const { dependencies, devDependencies } = packageJson;
    return Object.entries({ ...devDependencies, ...dependencies }).flatMap(([name, range]) => {
      if (typeof range !== 'string' || isElsewhere(range)) return [];
      const locked = read(name, range);
      if (locked === true) return [];
      return [{ name, range, ...(locked && { locked }) }];
    });
  } catch {
    // A damaged lockfile is for the package manager to explain: its message is the better one.
    return [];
  }
}
