import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { fromBuffer } from 'yauzl';

export type Entries = Record<string, string | Uint8Array | (Partial<Header> & { content?: string })>;

/** A .tar.gz as a Git host makes it: everything under one folder, unless a name starts with `!`. */
export async function archiveOf(entries: Entries, folder = 'octocat-shop-6dcb09b/'): Promise<Buffer> {
  const tar = pack();
  const packed = buffer(Readable.from(tar as AsyncIterable<Uint8Array>));
  tar.entry({ name: folder, type: 'directory' });
  for (const [key, value] of Object.entries(entries)) {
    const name = key.startsWith('!') ? key.slice(1) : `${folder}${key}`;
    if (typeof value === 'string' || value instanceof Uint8Array) tar.entry({ name }, Buffer.from(value));
    else tar.entry({ name, ...value }, Buffer.from(value.content ?? ''));
  }
  tar.finalize();
  return gzipSync(await packed);
}

export interface Unzipped {
  text: string;
  /** Unix mode with the file type. */
  mode: number;
}

export const unzip = (zip: Buffer): Promise<Record<string, Unzipped>> =>
  new Promise((resolve, reject) => {
    fromBuffer(zip, { lazyEntries: true }, (error, file) => {
      if (error) return reject(error);
      const found: Record<string, Unzipped> = {};
      file.on('error', reject);
      file.on('end', () => resolve(found));
      file.on('entry', (entry) =>
        file.openReadStream(entry, async (problem, stream) => {
          if (problem) return reject(problem);
          found[entry.fileName] = {
            text: (await buffer(stream)).toString(),
            mode: entry.externalFileAttributes >>> 16,
          };
          file.readEntry();
        }),
      );
      file.readEntry();
    });
  });
