import path from 'node:path';
import { type Finding, finding, positionAt } from '../finding.ts';
import { lockfileDrift } from '../lockfile-drift.ts';
import type { Plan } from '../plan.ts';
import type { SourceTree } from '../source-tree.ts';

/** The app's own package.json against the lockfile that its installation will hold to; of several differences the first. */
export function lockfileFindings(tree: SourceTree, plan: Partial<Plan>): Finding[] {
  const { packageFile, packageJson, installation, amplify } = plan;
  const lockfile = installation?.lockfile;
  if (!packageFile || !packageJson || !lockfile || (amplify?.preBuild.length ?? 0) > 0) return [];
  // Which lockfile counts is not known.
  if (installation.findings.some(({ severity }) => severity === 'error')) return [];
  const from = path.posix.relative(lockfile.folder, tree.appRoot) || '.';
  // Yarn 1 does not lock the packages of the repository itself.
  const drift = lockfileDrift(installation, packageJson, from).filter(({ name }) => !tree.packages.has(name));
  const [first, ...others] = drift;
  if (!first) return [];
  const text = tree.texts.get(packageFile) ?? '';
  const { line } = positionAt(text, Math.max(0, text.indexOf(`"${first.name}"`)));
  const has = first.locked ? `has ${first.locked}` : 'does not know it';
  const more = others.length > 0 ? ` So it is with ${others.map(({ name }) => name).join(', ')}.` : '';
  const seen = `${packageFile}:${line} asks for "${first.name}": "${first.range}", and ${lockfile.file} ${has}.${more}`;
  const remedy = `Run "${installation.packageManager} install" and commit ${lockfile.file}.`;
  return [finding('LOCKFILE_OUTDATED', seen, { file: packageFile, line, remedy })];
}
