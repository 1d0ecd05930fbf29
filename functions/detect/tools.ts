/** The collector that runs inside the build: zipped and stored once for each content. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { ArtifactStore, ObjectAddress } from '../../aws/artifacts.ts';

/** The same content has to be the same ZIP: no file times. */
const NO_TIME = new Date('1980-01-01T00:00:00Z');

async function filesUnder(folder: string) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(
    files.sort().map(async (file) => ({
      name: path.relative(folder, file).split(path.sep).join('/'),
      content: await readFile(file),
    })),
  );
}

export async function storeTools(
  folder: string,
  bucket: string,
  artifacts: Pick<ArtifactStore, 'head' | 'putOnce'>,
): Promise<ObjectAddress> {
  const files = await filesUnder(folder);
  if (files.length === 0)
    throw new Error(`the collector is missing in ${folder}: it comes with the function's package`);
  const hash = createHash('sha256');
  for (const { name, content } of files) hash.update(`${name}\0${content.length}\0`).update(content);
  const at = { bucket, key: `tools/${hash.digest('hex')}.zip` };
  if (await artifacts.head(at)) return at;

  const zip = new ZipFile();
  for (const { name, content } of files) zip.addBuffer(content, name, { mtime: NO_TIME, mode: 0o100644 });
  zip.end();
  await artifacts.putOnce(at, await buffer(zip.outputStream), { contentType: 'application/zip' });
  return at;
}
