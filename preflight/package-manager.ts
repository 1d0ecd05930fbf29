/** Who installs the app's packages. */
import path from 'node:path';
import { type Finding, finding } from './finding.ts';
import type { PackageJson } from './package-json.ts';
import { LOCKFILES, type Lockfile, type PackageManager, type SourceFiles } from './source-tree.ts';

export interface Installation {
  packageManager: PackageManager;
  lockfile?: { file: string; folder: string; text: string };
  reason: string;
  findings: Finding[];
}

/** An accidental `npm install` leaves a package-lock.json; nobody makes one of the others by accident. */
const ORDER: readonly Lockfile[] = [
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
  'bun.lockb',
  'package-lock.json',
  'npm-shrinkwrap.json',
];
const MANAGERS: readonly string[] = Object.values(LOCKFILES);

const declared = ({ packageManager = '' }: PackageJson): PackageManager | undefined => {
  const name = packageManager.split('@')[0] ?? '';
  return MANAGERS.includes(name) ? (name as PackageManager) : undefined;
};

/** Lockfiles of the app's folder; those of the repository's root only where the app has none. */
function lockfilesOf(files: SourceFiles, appRoot: string) {
  for (const folder of new Set([appRoot, '.'])) {
    const found = ORDER.map((name) => ({ name, folder, file: path.posix.join(folder, name) })).filter(({ file }) =>
      files.has(file),
    );
    if (found.length > 0) return found;
  }
  return [];
}

/** A workspace names its package manager at the root; an app with a lockfile of its own stands for itself. */
export function withManagerOfRoot(
  files: SourceFiles,
  appRoot: string,
  packageJson: PackageJson,
  { packageManager }: PackageJson,
): PackageJson {
  const isMember = !ORDER.some((name) => files.has(path.posix.join(appRoot, name)));
  return isMember && packageManager ? { packageManager, ...packageJson } : packageJson;
}

/** @param ownInstall whether the app has install commands of its own: then nothing depends on the choice */
export function decidePackageManager(
  files: SourceFiles,
  appRoot: string,
  packageJson: PackageJson,
  ownInstall: boolean,
): Installation {
  const lockfiles = lockfilesOf(files, appRoot);
  const wanted = declared(packageJson);
  const chosen = lockfiles.find(({ name }) => LOCKFILES[name] === wanted) ?? lockfiles[0];
  const packageManager = chosen ? LOCKFILES[chosen.name] : (wanted ?? 'npm');
  const others = lockfiles.filter(({ name }) => LOCKFILES[name] !== packageManager).map(({ file }) => file);
  return {
    packageManager,
    lockfile: chosen && { ...chosen, text: files.get(chosen.file) ?? '' },
    reason: `${packageManager}: ${chosen ? chosen.file : wanted ? 'named in package.json' : 'no lockfile'}`,
    findings: ownInstall && chosen ? [] : lockfileFindings(packageManager, wanted, chosen?.file, others),
  };
}

function lockfileFindings(
  packageManager: PackageManager,
  wanted: PackageManager | undefined,
  file: string | undefined,
  others: string[],
): Finding[] {
  if (!file) {
    const remedy = `Run "${packageManager} install" and commit the lockfile it writes.`;
    return [finding('LOCKFILE_MISSING', 'There is no lockfile: each build may install other versions.', { remedy })];
  }
  if (wanted && wanted !== packageManager) {
    const seen = `package.json's "packageManager" names ${wanted}, but ${file} is of ${packageManager}.`;
    const remedy = `Commit the lockfile that "${wanted} install" writes and delete ${[file, ...others].join(', ')}, or correct "packageManager".`;
    return [finding('LOCKFILE_OF_ANOTHER_MANAGER', seen, { file, remedy })];
  }
  if (wanted || others.length === 0) return [];
  const seen = `${[file, ...others].join(' and ')} are there, and nothing says which one counts.`;
  return [finding('SECOND_LOCKFILE', seen, { file })];
}

/** pnpm by the lockfile's format: https://pnpm.io/installation#compatibility lists what each major runs on. */
const pnpmMajor = (lockfile: string) => {
  const format = Number(/^lockfileVersion: '?(\d+)/m.exec(lockfile)?.[1] ?? 9);
  return format >= 9 ? 9 : format >= 6 ? 8 : 7;
};

/** The command word; those that the build image does not have are fetched by npx, which also puts them on the PATH. */
export function launcherOf({ packageManager, lockfile }: Installation, declaredVersion: string | undefined): string {
  const version = /^(?:npm|yarn|pnpm|bun)@(\d[\w.-]*)/.exec(declaredVersion ?? '')?.[1];
  if (packageManager === 'npm') return 'npm';
  if (packageManager === 'pnpm') return `npx --yes pnpm@${version ?? pnpmMajor(lockfile?.text ?? '')}`;
  if (packageManager === 'bun') return `npx --yes bun@${version ?? 1}`;
  const isBerry = version ? !version.startsWith('1.') : (lockfile?.text.includes('__metadata:') ?? false);
  return isBerry ? `npx --yes @yarnpkg/cli-dist@${version ?? 4}` : `npx --yes yarn@${version ?? '1.22.22'}`;
}

/** What runs a program that is installed at the repository's root, with the package manager on the PATH. */
export function localLauncherOf(packageManager: PackageManager, launcher: string): string {
  if (packageManager === 'npm') return 'npx --no';
  return `${launcher} ${{ pnpm: 'exec', yarn: 'run', bun: 'x' }[packageManager]}`;
}
