/** Unpacks a source ZIP: nothing lands outside of the folder, links lead nowhere outside, and no bomb goes off. */
import { createWriteStream } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type Entry, fromBuffer, type ZipFile } from 'yauzl';
import { PhaseError } from './phase-error.ts';

const MAX_UNPACKED_BYTES = 4 * 1024 ** 3;
const MAX_ENTRIES = 500_000;
const TYPE_MASK = 0o170000;
const SYMLINK = 0o120000;

interface Link {
  path: string;
  target: string;
}

/** Throws PhaseError CLIENT_ERROR that names the entry. */
export async function unpack(zip: Uint8Array, folder: string): Promise<void> {
  const links: Link[] = [];
  try {
    await eachEntry(zip, (file, entry) => unpackEntry(file, entry, folder, links));
  } catch (error) {
    if (error instanceof PhaseError) throw error;
    throw new PhaseError('CLIENT_ERROR', `The source ZIP cannot be unpacked: ${(error as Error).message}`);
  }
  // Last, so that no entry is written through a link.
  for (const { path, target } of links) await symlink(target, path);
}

async function eachEntry(zip: Uint8Array, visit: (file: ZipFile, entry: Entry) => Promise<void>): Promise<void> {
  const buffer = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
  const file = await new Promise<ZipFile>((resolve, reject) => {
    fromBuffer(buffer, { lazyEntries: true }, (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  let bytes = 0;
  if (file.entryCount > MAX_ENTRIES)
    throw new PhaseError('CLIENT_ERROR', `The source ZIP has more than ${MAX_ENTRIES} entries.`);
  await new Promise<void>((resolve, reject) => {
    file.on('error', reject);
    file.on('end', resolve);
    file.on('entry', (entry: Entry) => {
      bytes += entry.uncompressedSize;
      if (bytes > MAX_UNPACKED_BYTES) {
        reject(new PhaseError('CLIENT_ERROR', `The source ZIP unpacks to more than ${MAX_UNPACKED_BYTES} bytes.`));
        return;
      }
      visit(file, entry).then(() => file.readEntry(), reject);
    });
    file.readEntry();
  });
}

async function unpackEntry(file: ZipFile, entry: Entry, folder: string, links: Link[]): Promise<void> {
  const path = join(folder, entry.fileName);
  if (isOutside(folder, path)) {
    throw new PhaseError('CLIENT_ERROR', `The source ZIP has an entry outside of it: ${entry.fileName}`);
  }
  if (entry.fileName.endsWith('/')) {
    await mkdir(path, { recursive: true });
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  const mode = entry.externalFileAttributes >>> 16;
  const stream = await new Promise<Readable>((resolve, reject) => {
    file.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  if ((mode & TYPE_MASK) !== SYMLINK) {
    await pipeline(stream, createWriteStream(path, { mode: mode & 0o777 || 0o644, flags: 'wx' }));
    return;
  }
  const target = await text(stream);
  if (isAbsolute(target) || isOutside(folder, resolve(dirname(path), target))) {
    throw new PhaseError('CLIENT_ERROR', `The source ZIP has a link out of it: ${entry.fileName} -> ${target}`);
  }
  links.push({ path, target });
}

export function isOutside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '..' || way.startsWith('../') || isAbsolute(way);
}
