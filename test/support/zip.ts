/** ZIPs for tests, also those that no honest tool would make. */
import { buffer } from 'node:stream/consumers';
import { type Entry, fromBuffer } from 'yauzl';
import { ZipFile } from 'yazl';

const LINK = 0o120777;

/** By path: the text of a file, or a link's target. */
export async function makeZip(files: Record<string, string | { link: string }>): Promise<Buffer> {
  const zip = new ZipFile();
  // yazl refuses such names, so they are written as placeholders of the same length and put in afterwards.
  const renames: [string, string][] = [];
  for (const [name, content] of Object.entries(files)) {
    const safe = name.replaceAll('..', '__').replace(/^\//, '_');
    if (safe !== name) renames.push([safe, name]);
    if (typeof content === 'string') zip.addBuffer(Buffer.from(content), safe, { mode: 0o100755 });
    else zip.addBuffer(Buffer.from(content.link), safe, { mode: LINK });
  }
  zip.end();
  let bytes = await buffer(zip.outputStream);
  for (const [from, to] of renames) bytes = Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');
  return bytes;
}

export interface ZipContent {
  text: string;
  mode: number;
}

export async function readZip(bytes: Uint8Array): Promise<Record<string, ZipContent>> {
  const content: Record<string, ZipContent> = {};
  await new Promise<void>((resolve, reject) => {
    fromBuffer(Buffer.from(bytes), { lazyEntries: true }, (error, file) => {
      if (error) return reject(error);
      file.on('end', resolve);
      file.on('error', reject);
      file.on('entry', (entry: Entry) => {
        file.openReadStream(entry, (failure, stream) => {
          if (failure) return reject(failure);
          void buffer(stream).then((read) => {
            content[entry.fileName] = { text: read.toString(), mode: entry.externalFileAttributes >>> 16 };
            file.readEntry();
          }, reject);
        });
      });
      file.readEntry();
    });
  });
  return content;
}
