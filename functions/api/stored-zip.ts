/** A ZIP in S3, of which only the parts that are asked for are read. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { fromRandomAccessReaderPromise, RandomAccessReader } from 'yauzl';
import type { ArtifactStore, ObjectAddress } from '../../aws/artifacts.ts';

export type ZipSource = Pick<ArtifactStore, 'head' | 'stream'>;

export interface ZippedFile {
  path: string;
  bytes: number;
  stream(): Promise<Readable>;
}

/** Reads S3 in blocks that it keeps: the list of a ZIP's files is read in very small pieces. */
const BLOCK_BYTES = 2 ** 20;

class StoredReader extends RandomAccessReader {
  readonly #blocks = new Map<number, Promise<Buffer>>();
  readonly #readBlock: (start: number) => Promise<Buffer>;

  constructor(readBlock: (start: number) => Promise<Buffer>) {
    super();
    this.#readBlock = readBlock;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#parts(start, end));
  }

  async *#parts(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; ) {
      const block = Math.floor(at / BLOCK_BYTES) * BLOCK_BYTES;
      const known = this.#blocks.get(block) ?? this.#readBlock(block);
      this.#blocks.set(block, known);
      const next = Math.min(end, block + BLOCK_BYTES);
      yield (await known).subarray(at - block, next - block);
      at = next;
    }
  }
}

/** The files of the ZIP under `prefix`, without it; undefined when there is no such ZIP. */
export async function filesInZip(
  at: ObjectAddress,
  prefix: string,
  artifacts: ZipSource,
): Promise<ZippedFile[] | undefined> {
  const about = await artifacts.head(at);
  if (!about) return undefined;
  const readBlock = async (start: number) =>
    buffer(await artifacts.stream(at, { start, end: Math.min(about.bytes, start + BLOCK_BYTES) }));
  const zip = await fromRandomAccessReaderPromise(new StoredReader(readBlock), about.bytes, {
    lazyEntries: true,
    autoClose: false,
  });
  const files: ZippedFile[] = [];
  for await (const entry of zip.eachEntry()) {
    if (!entry.fileName.startsWith(prefix) || entry.fileName.endsWith('/')) continue;
    files.push({
      path: entry.fileName.slice(prefix.length),
      bytes: entry.uncompressedSize,
      stream: () => zip.openReadStreamPromise(entry),
    });
  }
  return files;
}
