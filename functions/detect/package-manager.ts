/** Who installs the app's packages, and with which command. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { PackageJson } from './next-version.ts';
import { LOCKFILES, type Lockfile, type PackageManager, type SourceFiles } from './source-files.ts';
import type { Warning } from './warnings.ts';

export interface Installation {
  packageManager: PackageManager;
  lockfile?: { file: string; folder: string; text: string };
  reason: string;
  warnings: Warning[];
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

export function decidePackageManager(files: SourceFiles, appRoot: string, packageJson: PackageJson): Installation {
  const lockfiles = lockfilesOf(files, appRoot);
  const wanted = declared(packageJson);
  const chosen = lockfiles.find(({ name }) => LOCKFILES[name] === wanted) ?? lockfiles[0];
  const packageManager = chosen ? LOCKFILES[chosen.name] : (wanted ?? 'npm');
  const others = lockfiles.filter(({ name }) => LOCKFILES[name] !== packageManager).map(({ file }) => file);
  const warnings: Warning[] = [];
  if (others.length > 0 && chosen) {
    warnings.push({
      code: 'SECOND_LOCKFILE',
      message: `${chosen.file} and ${others.join(', ')} are both there: ${packageManager} is used.`,
      remedy: `Delete ${others.join(', ')}, or name the package manager in package.json's "packageManager".`,
    });
  }
  if (!chosen) {
    warnings.push({
      code: 'LOCKFILE_MISSING',
      message: 'There is no lockfile: each build may install other versions.',
      remedy: `Run "${packageManager} install" and commit the lockfile it writes.`,
    });
  }
  return {
    packageManager,
    lockfile: chosen && { ...chosen, text: files.get(chosen.file) ?? '' },
    reason: `${packageManager}: ${chosen ? chosen.file : wanted ? 'named in package.json' : 'no lockfile'}`,
    warnings,
  };
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

/** Development dependencies too, whatever NODE_ENV the app has set: building needs them. */
function installCommand(launcher: string, { packageManager, lockfile }: Installation): string {
  if (packageManager === 'npm') return `npm ${lockfile ? 'ci' : 'install'} --include=dev --no-audit --no-fund`;
  if (packageManager === 'pnpm')
    return `${launcher} install ${lockfile ? '--frozen-lockfile' : '--no-frozen-lockfile'} --prod=false`;
  if (packageManager === 'bun') return `${launcher} install ${lockfile ? '--frozen-lockfile' : ''}`.trim();
  if (!lockfile) return `${launcher} install`;
  return launcher.includes('cli-dist')
    ? `${launcher} install --immutable`
    : `${launcher} install --frozen-lockfile --production=false`;
}

/** What node_modules is made from: the same key, the same installation. */
const installationKey = (parts: string[]) => createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32);

/**
 * Commands that run in the folder of the lockfile. A node_modules that the cache kept from an equal installation is
 * taken as it is; workspaces and link-making managers are always installed anew.
 */
export function installCommands(
  installation: Installation,
  {
    files,
    packageJson,
    nodeMajor,
    appRoot,
  }: { files: SourceFiles; packageJson: PackageJson; nodeMajor: number; appRoot: string },
): string[] {
  const launcher = launcherOf(installation, packageJson.packageManager);
  const install = installCommand(launcher, installation);
  const folder = installation.lockfile?.folder ?? appRoot;
  const isPlain = folder === appRoot && !packageJson.workspaces && /^(npm|npx --yes yarn)/.test(install);
  if (!installation.lockfile || !isPlain) {
    return folder === appRoot
      ? [install]
      : [`cd "$CODEBUILD_SRC_DIR/${folder}"`, install, `cd "$CODEBUILD_SRC_DIR/${appRoot}"`];
  }
  const at = (name: string) => files.get(path.posix.join(appRoot, name)) ?? '';
  const key = installationKey([
    install,
    String(nodeMajor),
    installation.lockfile.text,
    at('package.json'),
    at('.npmrc'),
  ]);
  const stamp = 'node_modules/.towpath-installation';
  return [
    `if [ "$(cat ${stamp} 2>/dev/null)" = ${key} ]; then echo "node_modules is up to date (cache)"; else ${install} && echo ${key} >${stamp}; fi`,
  ];
}
