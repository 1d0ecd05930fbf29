/**
 * Deployment packages: unpacked once for each content, to `<folder>/<sha256>`, files read-only. A package that names
 * paths or links outside its folder is refused whole.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import yauzl from 'yauzl';
import { AwsError } from '../../protocol/aws-error.ts';
import { invalid } from './configuration.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_ZIP_BYTES = 50 * 1024 * 1024;
const MAX_UNZIPPED_BYTES = 262_144_000;

export interface StoredCode {
  sha256Base64: string;
  /** Of the zip, in bytes. */
  size: number;
}

export interface CodeStore {
  /** Throws the errors of CreateFunction. `direct`: the zip came within the request. */
  add(zip: Uint8Array, direct: boolean): Promise<StoredCode>;
  /** The unpacked package: a function's task root. */
  folderOf(sha256Base64: string): string;
  remove(sha256Base64: string): Promise<void>;
}

export function openCodeStore(folder: string): CodeStore {
  const folderOf = (sha256Base64: string) => join(folder, Buffer.from(sha256Base64, 'base64').toString('hex'));
  const unpacking = new Map<string, Promise<void>>();

  const add = async (zip: Uint8Array, direct: boolean): Promise<StoredCode> => {
    if (zip.length === 0) throw invalid('Uploaded file must be a non-empty zip');
    if (direct && zip.length > MAX_ZIP_BYTES) {
      throw new AwsError(
        'RequestEntityTooLargeException',
        'Request must be smaller than 70167211 bytes for the CreateFunction operation',
        413,
        { Type: 'User' },
      );
    }
    const sha256Base64 = createHash('sha256').update(zip).digest('base64');
    const target = folderOf(sha256Base64);
    if (!existsSync(target)) {
      const job = unpacking.get(target) ?? unpackTo(zip, target).finally(() => unpacking.delete(target));
      unpacking.set(target, job);
      await job;
    }
    return { sha256Base64, size: zip.length };
  };

  return {
    add,
    folderOf,
    remove: (sha256Base64) => rm(folderOf(sha256Base64), { recursive: true, force: true }),
  };
}

async function unpackTo(zip: Uint8Array, target: string): Promise<void> {
  const partial = `${target}.${randomUUID()}`;
  try {
    await mkdir(partial, { recursive: true });
    await unpack(Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength), partial);
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (error instanceof AwsError) throw error;
    throw invalid('Could not unzip uploaded file. Please check your file, then try to upload again.');
  }
}

async function unpack(zip: Buffer, folder: string): Promise<void> {
  const archive = await yauzl.fromBufferPromise(zip, { validateEntrySizes: true });
  let total = 0;
  const links: { path: string; to: string }[] = [];
  const folders = new Set<string>();
  const makeFolder = (path: string) => {
    if (!folders.has(path)) mkdirSync(path, { recursive: true });
    folders.add(path);
  };
  for await (const entry of archive.eachEntry()) {
    total += entry.uncompressedSize;
    if (total > MAX_UNZIPPED_BYTES) throw invalid(`Unzipped size must be smaller than ${MAX_UNZIPPED_BYTES} bytes`);
    const path = inside(folder, entry.fileName);
    if (entry.fileName.endsWith('/')) {
      makeFolder(path);
      continue;
    }
    const mode = entry.externalFileAttributes >>> 16;
    // Not by node:stream/consumers: its way through a Blob takes as long as unpacking.
    const content = Buffer.concat(await ((await archive.openReadStreamPromise(entry)) as Readable).toArray());
    makeFolder(dirname(path));
    if ((mode & 0o170000) === 0o120000) links.push({ path, to: content.toString() });
    else await writeFile(path, content, { mode: mode & 0o111 ? 0o555 : 0o444 });
  }
  // Links come last, so that no entry is written through one.
  for (const { path, to } of links) {
    inside(folder, resolve(dirname(path), to));
    await symlink(to, path);
  }
}

function inside(folder: string, path: string): string {
  const target = resolve(folder, path);
  if (!target.startsWith(folder + sep)) throw invalid(`The package leads outside its folder: ${path}`);
  return target;
}
