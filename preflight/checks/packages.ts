import path from 'node:path';
import { type Finding, finding, positionAt } from '../finding.ts';
import type { Plan } from '../plan.ts';
import { LOCKFILES, middlewareFiles, nearest, type SourceTree } from '../source-tree.ts';

type Version = [number, number, number];
const parse = (version: string) => version.split(/[.-]/, 3).map(Number) as Version;
const isBefore = (a: Version, b: Version) => (a[0] - b[0] || a[1] - b[1] || a[2] - b[2]) < 0;

interface Advisory {
  id: string;
  what: string;
  /** First mended version of each affected line, `major` or `major.minor`. */
  mended: Record<string, string>;
  needsMiddleware?: boolean;
}

const ADVISORIES: Advisory[] = [
  {
    // https://github.com/vercel/next.js/security/advisories/GHSA-9qr9-h5gf-34mp
    id: 'CVE-2025-66478',
    what: 'strangers can run code on the server (App Router)',
    mended: {
      '15.0': '15.0.5',
      '15.1': '15.1.9',
      '15.2': '15.2.6',
      '15.3': '15.3.6',
      '15.4': '15.4.8',
      '15.5': '15.5.7',
      '16.0': '16.0.7',
    },
  },
  {
    // https://github.com/vercel/next.js/security/advisories/GHSA-f82v-jwr5-mffw
    id: 'CVE-2025-29927',
    what: 'strangers can pass by middleware, and by the logins it checks',
    mended: { '12': '12.3.5', '13': '13.5.9', '14': '14.2.25', '15': '15.2.3' },
    needsMiddleware: true,
  },
];

const EXACT = /^\d+\.\d+\.\d+/;

/** Of a version that the lockfile or an override names: a range, or a major alone, may stand for a mended one. */
function vulnerabilities({ texts, appRoot }: SourceTree, { next }: Partial<Plan>): Finding[] {
  if (!next || !EXACT.test(next.version) || path.posix.basename(next.from) === 'package.json') return [];
  const [major, minor, patch] = parse(next.version);
  const hasMiddleware = middlewareFiles(appRoot).some((file) => texts.has(file));
  return ADVISORIES.flatMap(({ id, what, mended, needsMiddleware = false }) => {
    if (needsMiddleware && !hasMiddleware) return [];
    const fixed = mended[`${major}.${minor}`] ?? mended[major];
    if (!fixed || !isBefore([major, minor, patch], parse(fixed))) return [];
    const seen = `${next.from} says Next.js ${next.version}, which has ${id}: ${what}.`;
    return [
      finding('NEXT_VERSION_VULNERABLE', seen, {
        file: next.from,
        remedy: `Upgrade to Next.js ${fixed} or later, and commit the lockfile.`,
      }),
    ];
  });
}

/** https://github.com/facebook/react/security/advisories/GHSA-fv66-9v8q-g76r: first mended version of each affected line. */
const REACT_MENDED: Record<string, string> = { '19.0': '19.0.1', '19.1': '19.1.2', '19.2': '19.2.1' };
/** `name@1.2.3` (pnpm, bun); the name, and `version` in the next line or beside it (npm, yarn). */
const REACT_SERVER =
  /(react-server-dom-(?:webpack|turbopack|parcel))(?:@|[^\n{]*[\n{]\s*"?version"?:?\s*"?)(\d+\.\d+\.\d+)/g;

function reactVulnerabilities({ texts, appRoot }: SourceTree): Finding[] {
  const lockfile = nearest(texts, appRoot, Object.keys(LOCKFILES));
  if (!lockfile) return [];
  // Several may be there, and each in several places.
  const found = new Set([...lockfile.text.matchAll(REACT_SERVER)].map(([, name, version]) => `${name}@${version}`));
  return [...found].flatMap((each) => {
    const [name = '', version = ''] = each.split('@');
    const [major, minor] = parse(version);
    const fixed = REACT_MENDED[`${major}.${minor}`];
    if (!fixed || !isBefore(parse(version), parse(fixed))) return [];
    const seen = `${lockfile.file} has ${name} ${version}, which has CVE-2025-55182: strangers can run code on the server.`;
    const remedy = `Upgrade ${name} to ${fixed} or later, and commit the lockfile.`;
    return [finding('REACT_VERSION_VULNERABLE', seen, { file: lockfile.file, remedy })];
  });
}

/** Why a dependency cannot be found in the repository, if it says that it is there. */
function absence(tree: SourceTree, folders: ReadonlySet<string>, name: string, range: string): string | undefined {
  const at = /^(?:file|link|portal):(.+)$/.exec(range)?.[1] ?? /^workspace:(\.{1,2}\/.*)$/.exec(range)?.[1];
  if (at) {
    const target = path.posix.join(tree.appRoot, at).replace(/\/$/, '');
    if (target === '..' || target.startsWith('../')) return `${target}, which is outside of the repository`;
    return folders.has(target) ? undefined : `${target}, which is not in the repository`;
  }
  const alias = /^workspace:((?:@[^@/]+\/)?[^@/]+)@/.exec(range)?.[1];
  if (!range.startsWith('workspace:') || tree.packages.has(alias ?? name)) return undefined;
  return `a package of this repository, and none has the name ${alias ?? name}`;
}

function foldersAndFiles({ entries }: SourceTree): Set<string> {
  const found = new Set<string>(['.']);
  for (const entry of entries) {
    for (let at = entry.path; at !== '.' && !found.has(at); at = path.posix.dirname(at)) found.add(at);
  }
  return found;
}

function missingWorkspaces(tree: SourceTree, { packageFile, packageJson }: Partial<Plan>): Finding[] {
  if (!packageFile || !packageJson) return [];
  const { dependencies, devDependencies } = packageJson;
  const local = Object.entries({ ...devDependencies, ...dependencies }).filter(
    ([, range]) => typeof range === 'string' && /^(workspace|file|link|portal):/.test(range),
  );
  if (local.length === 0) return [];
  const folders = foldersAndFiles(tree);
  const text = tree.texts.get(packageFile) ?? '';
  return local.flatMap(([name, range]) => {
    const why = absence(tree, folders, name, range);
    if (!why) return [];
    const { line } = positionAt(text, Math.max(0, text.indexOf(`"${name}"`)));
    const seen = `${packageFile}:${line}: "${name}": "${range}" stands for ${why}.`;
    return [finding('WORKSPACE_DEPENDENCY_MISSING', seen, { file: packageFile, line })];
  });
}

export const packageFindings = (tree: SourceTree, plan: Partial<Plan>): Finding[] => [
  ...missingWorkspaces(tree, plan),
  ...vulnerabilities(tree, plan),
  ...reactVulnerabilities(tree),
];
