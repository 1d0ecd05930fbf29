/** `towpath doctor`: the checks of preflight/ on a folder, without a cloud. */
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { Severity } from '../preflight/catalogue.ts';
import type { Finding } from '../preflight/finding.ts';
import { type Inspection, inspect } from '../preflight/inspect.ts';
import { type SourceEntry, surveyTree } from '../preflight/source-tree.ts';
import { readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { git } from './repository.ts';
import type { Verb } from './verb.ts';

export const doctor: Verb = {
  brief: 'checks an app before it is pushed; needs no cloud',
  usage: 'doctor [PATH] [--json]',
  summary: 'Checks a Next.js app before it is pushed; needs no cloud. PATH is the app’s folder, by default this one.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, {});
    const folder = resolve(process.env.INIT_CWD ?? '.', positionals[0] ?? '.');
    const inspection = await examine(folder);
    console.log(values.json ? JSON.stringify(report(inspection)) : describe(inspection));
    return inspection.findings.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};

/** What Detect will see of a folder once it is committed and pushed. */
export async function examine(path: string): Promise<Inspection> {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new CliError(`There is no folder ${path}.`, 2);
  const folder = realpathSync(path);
  const top = await git(folder, 'rev-parse', '--show-toplevel').catch(() => undefined);
  // In a repository, the paths are those that a message about the commit has.
  const root = top ?? folder;
  const survey = surveyTree(relative(root, folder).split(sep).join('/') || '.');
  for (const entry of top ? await trackedEntries(top) : walk(folder)) {
    survey.add(entry, survey.wantsText(entry) ? readFileSync(join(root, entry.path), 'utf8') : undefined);
  }
  return inspect(survey.tree());
}

/** What nobody commits, even where no .gitignore says so. */
const SKIPPED = new Set(['.git', 'node_modules', '.next', 'out', '.towpath']);

/** What is committed, and what `git add .` would add. */
async function trackedEntries(top: string): Promise<SourceEntry[]> {
  const [tracked = [], others = []] = await Promise.all(
    [['--cached'], ['--others', '--exclude-standard']].map(async (which) =>
      (await git(top, 'ls-files', '-z', ...which)).split('\0').filter(Boolean),
    ),
  );
  const added = others.filter((path) => !path.split('/').some((part) => SKIPPED.has(part)));
  return [...new Set([...tracked, ...added])].flatMap((path) => entryAt(top, path) ?? []);
}

const lstatOf = (path: string) => lstatSync(path, { throwIfNoEntry: false });

/** undefined for what is deleted but still tracked. A folder that Git lists is a submodule, or a repository inside. */
function entryAt(root: string, path: string): SourceEntry | undefined {
  const found = lstatOf(join(root, path));
  if (!found) return undefined;
  const kind = found.isDirectory() ? 'submodule' : found.isSymbolicLink() ? 'symlink' : 'file';
  return { path: path.replace(/\/$/, ''), bytes: found.isFile() ? found.size : 0, kind };
}

function* walk(root: string, folder = ''): Generator<SourceEntry> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (SKIPPED.has(entry.name)) continue;
    if (entry.isDirectory()) yield* walk(root, path);
    else if (entry.isFile() || entry.isSymbolicLink()) {
      const found = entryAt(root, path);
      if (found) yield found;
    }
  }
}

const counted = (findings: Finding[], severity: Severity) => findings.filter((one) => one.severity === severity).length;

const report = ({ plan, findings }: Inspection) => ({
  next: plan.next?.version,
  nodeMajor: plan.node?.major,
  packageManager: plan.installation?.packageManager,
  rendering: plan.rendering?.rendering,
  errors: counted(findings, 'error'),
  warnings: counted(findings, 'warning'),
  findings,
});

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

export function describe({ plan, findings }: Inspection): string {
  const facts = [
    plan.rendering?.reason,
    plan.next && `Next.js ${plan.next.version}: ${plan.next.from}`,
    plan.node?.reason,
    plan.installation?.reason,
    plan.runner?.reason,
  ].filter((fact) => fact !== undefined);
  const told = findings.flatMap(({ severity, code, message, remedy, docs }) => [
    `${severity.padEnd(7)} ${code}`,
    `        ${message}`,
    `        ${remedy}`,
    `        ${docs}`,
    '',
  ]);
  const verdict = `${plural(counted(findings, 'error'), 'error')}, ${plural(counted(findings, 'warning'), 'warning')}.`;
  return [...facts, '', ...told, findings.length === 0 ? 'Nothing to complain about.' : verdict].join('\n').trimStart();
}
