/** Deployment packages for tests, made in memory. */
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

const EPOCH = new Date('2020-01-01T00:00:00Z');

/** The same files make the same bytes. */
export async function zipOf(files: Record<string, string | Buffer>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name, { mtime: EPOCH });
  zip.end();
  return buffer(zip.outputStream as NodeJS.ReadableStream & AsyncIterable<Buffer>);
}
