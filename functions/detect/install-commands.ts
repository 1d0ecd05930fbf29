/** The commands that install the app's packages. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { PackageJson } from '../../preflight/package-json.ts';
import { type Installation, launcherOf } from '../../preflight/package-manager.ts';
import type { SourceFiles } from '../../preflight/source-tree.ts';

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
  // A function, so that the command that may fail reads as what it is.
  return [
    `is_installed() { grep -qsx ${key} ${stamp} && echo "node_modules is up to date (cache)"; }`,
    `is_installed || ${install}`,
    `echo ${key} >${stamp}`,
  ];
}
