/** Reads the release bundle, the ZIP that the build left: many files, of which only a few are in memory at once. */
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type Entry, openPromise } from 'yauzl';
import { TowpathError } from '../../domain/errors.ts';
import { Manifest } from '../../domain/release.ts';

export interface BundleEntry {
  /** Bytes once inflated. */
  bytes: number;
  /** Bytes in the bundle's ZIP: about what they will weigh in a function's. */
  compressedBytes: number;
  /** A symbolic link, whose content is its target. */
  isLink: boolean;
}

export interface Bundle {
  manifest: Manifest;
  /** Path → entry, files only. */
  entries: Map<string, BundleEntry>;
  read(path: string): Promise<Buffer>;
  stream(path: string): Promise<Readable>;
  close(): void;
}

/** Far above any site; a bundle beyond it is a bomb or a mistake. */
const MAX_FILES = 200_000;
const MAX_BYTES = 20 * 1024 ** 3;

export const BUNDLE_INVALID = {
  code: 'BUNDLE_INVALID',
  fault: 'towpath',
  retryable: false,
  remedy: "Look at the end of the build's log: the last step of the build writes the release bundle.",
} as const;

/** The upper half of a ZIP entry's external attributes is its Unix mode. */
const isLink = (externalFileAttributes: number) => ((externalFileAttributes >>> 16) & 0o170000) === 0o120000;

const invalid = (message: string, cause?: unknown) => new TowpathError(BUNDLE_INVALID, message, { cause });

async function parseManifest(text: Promise<Buffer>): Promise<Manifest> {
  try {
    return Manifest.parse(JSON.parse((await text).toString('utf8')));
  } catch (error) {
    throw invalid(`manifest.json of the release bundle cannot be read: ${(error as Error).message}`, error);
  }
}

/** Every file that the manifest tells of is there. */
function checkComplete(manifest: Manifest, entries: Map<string, BundleEntry>): void {
  const missing = Object.keys(manifest.files).find((path) => !entries.has(path));
  if (missing !== undefined) throw invalid(`the release bundle lacks ${missing}, which its manifest names`);
}

/** Opens a ZIP file. Absolute paths, backslashes and `..` are refused by yauzl. */
export async function openBundle(file: string): Promise<Bundle> {
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false }).catch((error) => {
    throw invalid(`the release bundle is no readable ZIP: ${error.message}`, error);
  });
  try {
    const found = new Map<string, Entry>();
    let bytes = 0;
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      bytes += entry.uncompressedSize;
      found.set(entry.fileName, entry);
      if (found.size > MAX_FILES || bytes > MAX_BYTES) {
        throw invalid(`the release bundle holds more than ${MAX_FILES} files or ${MAX_BYTES} bytes`);
      }
    }
    const stream = async (path: string) => {
      const entry = found.get(path);
      if (!entry) throw invalid(`the release bundle lacks ${path}`);
      return zip.openReadStreamPromise(entry);
    };
    const read = async (path: string) => buffer(await stream(path));
    const manifest = await parseManifest(read('manifest.json'));
    const entries = new Map(
      [...found].map(([path, { uncompressedSize, compressedSize, externalFileAttributes }]) => [
        path,
        { bytes: uncompressedSize, compressedBytes: compressedSize, isLink: isLink(externalFileAttributes) },
      ]),
    );
    checkComplete(manifest, entries);
    return { manifest, entries, read, stream, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}
