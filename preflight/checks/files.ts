import { type Finding, finding, positionAt } from '../finding.ts';
import { inApp, type SourceTree } from '../source-tree.ts';

const MEBIBYTE = 1024 ** 2;
/** A Lambda function's ZIP: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_FILE_BYTES = 50 * MEBIBYTE;
/** More of one kind would only hide the other findings. */
const SHOWN = 5;

const listed = (names: readonly string[]) =>
  names.length > SHOWN ? `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more` : names.join(', ');

function collisions({ entries, appRoot }: SourceTree): Finding[] {
  const folder = inApp(appRoot, 'public/');
  const byName = new Map<string, string[]>();
  for (const { path } of entries) {
    if (!path.startsWith(folder)) continue;
    const key = path.normalize('NFC').toLowerCase();
    byName.set(key, [...(byName.get(key) ?? []), path]);
  }
  const colliding = [...byName.values()].filter((paths) => paths.length > 1);
  return colliding.slice(0, SHOWN).map((paths) => {
    const more = colliding.length > SHOWN && paths === colliding[0] ? ` So do ${colliding.length - 1} more.` : '';
    return finding('PUBLIC_FILES_COLLIDE', `${paths.join(' and ')} differ in case alone.${more}`, { file: paths[0] });
  });
}

function publicStatic({ entries, appRoot }: SourceTree): Finding[] {
  const folder = inApp(appRoot, 'public/static/');
  const inside = entries.filter(({ path }) => path.startsWith(folder));
  if (inside.length === 0) return [];
  return [finding('PUBLIC_STATIC', `${folder} has ${inside.length} file(s), served below /static/.`, { file: folder })];
}

function largeFiles({ entries }: SourceTree): Finding[] {
  const large = entries.filter(({ bytes }) => bytes > MAX_FILE_BYTES).sort((a, b) => b.bytes - a.bytes);
  if (large.length === 0) return [];
  const list = listed(large.map(({ path, bytes }) => `${path} (${Math.ceil(bytes / MEBIBYTE)} MB)`));
  return [finding('FILE_TOO_LARGE', `Larger than 50 MB: ${list}.`, { file: large[0]?.path })];
}

function lfsPointers({ lfsPointers: pointers }: SourceTree): Finding[] {
  if (pointers.length === 0) return [];
  return [
    finding('LFS_POINTER', `Git LFS pointers in the place of files: ${listed(pointers)}.`, { file: pointers[0] }),
  ];
}

function submodules({ texts, entries }: SourceTree): Finding[] {
  const text = texts.get('.gitmodules') ?? '';
  const named = [...text.matchAll(/^\s*path\s*=\s*(.+?)\s*$/gm)];
  const paths = new Set([
    ...named.map((found) => found[1]!),
    ...entries.filter(({ kind }) => kind === 'submodule').map(({ path }) => path),
  ]);
  if (paths.size === 0) return [];
  const place = named[0] ? { file: '.gitmodules', line: positionAt(text, named[0].index).line } : {};
  return [finding('SUBMODULE', `Empty in the build, being submodules: ${listed([...paths])}.`, place)];
}

/** Of a file that says how the site is made, more than anybody writes is not read. */
const READ = {
  'amplify.yml': 'AMPLIFY_YML_INVALID',
  'amplify.yaml': 'AMPLIFY_YML_INVALID',
  'customHttp.yml': 'CUSTOM_HTTP_INVALID',
  'customHttp.yaml': 'CUSTOM_HTTP_INVALID',
  'redirects.json': 'REDIRECTS_INVALID',
} as const;

function unread({ entries, texts, appRoot }: SourceTree): Finding[] {
  return entries.flatMap(({ path, bytes, kind }) => {
    const name = (Object.keys(READ) as (keyof typeof READ)[]).find((one) => [one, inApp(appRoot, one)].includes(path));
    if (!name || kind !== 'file' || texts.has(path)) return [];
    return [finding(READ[name], `${path} has ${Math.ceil(bytes / MEBIBYTE)} MB: so much is not read.`, { file: path })];
  });
}

export const fileFindings = (tree: SourceTree): Finding[] =>
  [unread, collisions, lfsPointers, submodules, largeFiles, publicStatic].flatMap((check) => check(tree));
