/**
 * One pass over the commit's archive: .tar.gz in, checked ZIP out, and the few files that decide are kept. Nothing is
 * written to a disk and no file is held whole, so the size of a repository does not matter.
 */
import { Readable, Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Extract, extract } from 'tar-stream';
import { ZipFile } from 'yazl';
import { TowpathError } from '../../domain/errors.ts';
import { type SourceTree, surveyTree } from '../../preflight/source-tree.ts';
import { problem } from './errors.ts';
import { createSourceDigest, type SourceDigest } from './source-digest.ts';
import { checkSize, createTreeCheck } from './tree-check.ts';

export interface CopiedSource {
  tree: SourceTree;
  unpackedBytes: number;
  digest: Pick<SourceDigest, 'hash' | 'asked'>;
}

/** The archive goes to the next room: speed counts more than size. */
const COMPRESSION_LEVEL = 1;
const [FILE, EXECUTABLE, LINK] = [0o100644, 0o100755, 0o120777];

/** Decompresses, and stops a bomb before it is unpacked. */
function gunzipChecked(archive: Readable) {
  const count = { packed: 0, unpacked: 0 };
  archive.on('data', (chunk: Buffer) => {
    count.packed += chunk.length;
  });
  const guard = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      count.unpacked += chunk.length;
      try {
        checkSize(count.unpacked, count.packed);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
  const gunzip = createGunzip();
  archive.on('error', (error) => gunzip.destroy(error));
  gunzip.on('error', (error) => guard.destroy(error));
  archive.pipe(gunzip).pipe(guard);
  return { stream: guard, count };
}

type Entry = Extract extends AsyncIterable<infer Source> ? Source : never;

const withoutTopFolder = (name: string) => name.replace(/\/+$/, '').split('/').slice(1).join('/');

interface Copying {
  zip: ZipFile;
  digest: SourceDigest;
  keep: ((text: string) => void) | undefined;
}

async function copyEntry(entry: Entry, name: string, { zip, digest, keep }: Copying) {
  const { type, mode, mtime, linkname } = entry.header;
  if (type === 'symlink') {
    entry.resume();
    const target = digest.follow(name, LINK, Readable.from([Buffer.from(linkname)]));
    await buffer(Readable.from(target));
    zip.addBuffer(Buffer.from(linkname), name, { mtime, mode: LINK });
    return;
  }
  const options = { mtime, mode: mode & 0o111 ? EXECUTABLE : FILE, compressionLevel: COMPRESSION_LEVEL };
  if (keep) {
    const content = await buffer(Readable.from(digest.follow(name, options.mode, entry)));
    keep(content.toString());
    zip.addBuffer(content, name, options);
    return;
  }
  const content = Readable.from(digest.follow(name, options.mode, entry));
  zip.addReadStream(content, name, options);
  await finished(content);
}

/** Our own errors say what to do; anything else means that the archive did not arrive in one piece. */
const asProblem = (error: unknown) =>
  error instanceof TowpathError
    ? error
    : problem('ARCHIVE_UNREADABLE', `The commit's archive could not be read: ${(error as Error).message}`, {
        cause: error,
      });

/**
 * Copies `archive` into the ZIP that `store` is given. The ZIP is completed only once `accept` has agreed to what was
 * found: otherwise the stream that `store` reads fails, so that it stores nothing.
 */
export async function copySource<Decision>(
  archive: Readable,
  appRoot: string,
  store: (zip: Readable) => Promise<void>,
  accept: (source: CopiedSource) => Decision,
): Promise<Decision> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  // Whoever reads it hears of its errors; when nobody does any more, nobody needs to.
  output.on('error', () => undefined);
  const { stream, count } = gunzipChecked(archive);
  const tar = extract();
  zip.on('error', (error) => tar.destroy(error as Error));
  stream.on('error', (error) => tar.destroy(error));
  // When the store gives up there is nobody to copy for.
  let storeFailure: Error | undefined;
  const stored = store(output).catch((error) => {
    storeFailure = error;
    archive.destroy();
    tar.destroy(error);
  });

  try {
    stream.pipe(tar);
    const survey = surveyTree(appRoot);
    const check = createTreeCheck();
    const digest = createSourceDigest();
    for await (const entry of tar) {
      const { type, linkname, name: fullName, size = 0 } = entry.header;
      const name = withoutTopFolder(fullName);
      check({ fullName, name, type, target: linkname });
      if (type === 'directory') {
        entry.resume();
        continue;
      }
      const found = { path: name, bytes: size, kind: type === 'symlink' ? 'symlink' : 'file' } as const;
      const keep = survey.wantsText(found) ? (text: string) => survey.add(found, text) : undefined;
      await copyEntry(entry, name, { zip, digest, keep });
      if (!keep) survey.add(found);
    }
    const decision = accept({ tree: survey.tree(), unpackedBytes: count.unpacked, digest });
    zip.end();
    await stored;
    if (storeFailure) throw storeFailure;
    return decision;
  } catch (error) {
    const cause = storeFailure ?? asProblem(error);
    archive.destroy();
    output.destroy(cause);
    await stored;
    throw cause;
  }
}
