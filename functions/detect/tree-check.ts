/** Accepts an archive's entries one by one, and refuses the first that could do harm when the tree is unpacked. */
import { linkFault, nameFault, parentsOf } from './entry-path.ts';
import { problem } from './errors.ts';

const MAX_ENTRIES = 200_000;
const MAX_UNPACKED_BYTES = 2 * 1024 ** 3;
/** gzip reaches 1,032:1 on zeros; source code stays below 20:1. Small archives may be as dense as they like. */
const MAX_RATIO = 250;
const RATIO_FROM_BYTES = 64 * 1024 ** 2;

export interface TreeEntry {
  /** As in the archive. */
  fullName: string;
  /** Without the archive's top-level folder; empty for that folder itself. */
  name: string;
  type: string | null | undefined;
  target?: string | null;
}

/** Fails when an archive of `packed` bytes (so far) has become `unpacked` bytes. */
export function checkSize(unpacked: number, packed: number) {
  if (unpacked > MAX_UNPACKED_BYTES) {
    throw problem('ARCHIVE_TOO_LARGE', `The commit's tree is larger than ${MAX_UNPACKED_BYTES / 1024 ** 3} GiB.`);
  }
  if (unpacked > RATIO_FROM_BYTES && unpacked > packed * MAX_RATIO) {
    throw problem(
      'ARCHIVE_TOO_LARGE',
      `The commit's archive unpacks to more than ${MAX_RATIO} times its size: it looks like an archive bomb.`,
    );
  }
}

export function createTreeCheck() {
  const files = new Set<string>();
  const folders = new Set<string>();
  const unsafe = (name: string, why: string) =>
    problem('ARCHIVE_UNSAFE', `The commit's archive has the entry ${JSON.stringify(name)} with ${why}.`);

  return ({ fullName, name, type, target }: TreeEntry) => {
    if (name === '' && type === 'directory' && !nameFault(fullName.replace(/\/$/, ''))) return;
    const fault =
      nameFault(fullName.replace(/\/$/, '')) ??
      (name === '' ? 'a place beside the top-level folder' : undefined) ??
      (type === 'symlink' ? linkFault(name, target ?? '') : undefined) ??
      (type === 'file' || type === 'symlink' || type === 'directory' ? undefined : `the type "${type}"`) ??
      (files.has(name) ? 'a name that is taken' : undefined) ??
      (type !== 'directory' && folders.has(name) ? 'the name of a folder' : undefined);
    if (fault) throw unsafe(name || fullName, fault);
    for (const parent of parentsOf(name)) {
      if (files.has(parent)) throw unsafe(name, `a path through ${JSON.stringify(parent)}, which is no folder`);
      if (folders.has(parent)) break;
      folders.add(parent);
    }
    (type === 'directory' ? folders : files).add(name);
    if (files.size + folders.size > MAX_ENTRIES) {
      throw problem(
        'ARCHIVE_TOO_LARGE',
        `The commit's tree has more than ${MAX_ENTRIES.toLocaleString('en')} entries.`,
      );
    }
  };
}
