/** Assembles a function's ZIP: the shipped edge runtime, the app's server files, and the site's settings. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { ObjectAddress } from '../../aws/artifacts.ts';
import { TowpathError } from '../../domain/errors.ts';
import type { EdgeSettings, ImageSettings, Manifest } from '../../domain/release.ts';
import type { EdgeFunctionName } from '../../domain/site.ts';
import { BUNDLE_INVALID, type Bundle } from './bundle.ts';
import { appFiles, checkSize, largestPackages } from './plan-function.ts';

export interface AssembledFunction {
  name: EdgeFunctionName;
  /** The ZIP, or where an equal one is. */
  code: Buffer | ObjectAddress;
  zippedBytes: number;
  /** Base64, as Lambda tells it. */
  codeSha256: string;
  /** Hex, of everything but the release's id: equal when two releases would answer alike. */
  contentSha256: string;
  warning?: string;
}

export type EarlierFunction = Pick<AssembledFunction, 'codeSha256' | 'contentSha256' | 'zippedBytes'> & {
  code: ObjectAddress;
};

type Settings = EdgeSettings | ImageSettings;

/** The folder of build/edge that a function runs on. */
const runtimeOf = (name: EdgeFunctionName, { rendering }: Manifest) =>
  name === 'default' && rendering === 'static' ? 'static' : name;

/** ZIP's first day, in local time as DOS has it: the same bytes wherever and whenever it is made. */
const entryOptions = (isLink = false) => ({
  mtime: new Date(1980, 0, 1),
  mode: isLink ? 0o120777 : 0o100644,
  forceDosTimestamp: true,
});

/**
 * zlib's. The app's files share 50 MB, so they are made small; of the runtime only sharp is large, far below that, and is
 * packed anew for each release: half the time for 5 % more.
 */
const COMPRESSION = { app: 6, runtime: 2 };

interface FunctionFile {
  isLink: boolean;
  compressionLevel: number;
  read: () => Promise<Buffer>;
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);

async function runtimeFiles(folder: string): Promise<Map<string, FunctionFile>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return new Map(
    found
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [
        relative(folder, path).split(sep).join('/'),
        { isLink: false, compressionLevel: COMPRESSION.runtime, read: () => readFile(path) },
      ]),
  );
}

/** A link may lead to the function's own files only. */
function checkLink(path: string, inZip: string, target: Buffer | undefined): void {
  if (target === undefined) return;
  const led = posix.join(posix.dirname(inZip), target.toString('utf8'));
  if (target[0] !== 47 && led !== '..' && !led.startsWith('../')) return;
  throw new TowpathError(BUNDLE_INVALID, `${path} is a link out of its function, to ${target.toString('utf8')}`);
}

async function functionFiles(name: EdgeFunctionName, runtime: string, bundle: Bundle, edgeFolder: string) {
  const files = await runtimeFiles(join(edgeFolder, runtime));
  for (const [inZip, path] of appFiles(name, bundle)) {
    if (files.has(inZip) || inZip === 'towpath.json') {
      throw new TowpathError(BUNDLE_INVALID, `${path} would take the place of the edge runtime's own ${inZip}`);
    }
    checkLink(path, inZip, bundle.entries.get(path)?.isLink ? await bundle.read(path) : undefined);
    const isLink = bundle.entries.get(path)?.isLink ?? false;
    files.set(inZip, { isLink, compressionLevel: COMPRESSION.app, read: () => bundle.read(path) });
  }
  return files;
}

/** Reads every file once, for the hash of them all and for `use`. */
async function readAll(
  files: Map<string, FunctionFile>,
  settings: Settings,
  use: (path: string, file: FunctionFile, bytes: Buffer) => void,
) {
  const content = createHash('sha256').update(JSON.stringify({ ...settings, release: '' }));
  let unzipped = 0;
  for (const [path, file] of [...files].sort(byName)) {
    const bytes = await file.read();
    unzipped += bytes.length;
    content.update(`${path}\n${bytes.length}\n`).update(bytes);
    use(path, file, bytes);
  }
  return { contentSha256: content.digest('hex'), unzipped };
}

async function zipFunction(files: Map<string, FunctionFile>, settings: Settings) {
  const zip = new ZipFile();
  const zipped = buffer(zip.outputStream);
  const read = await readAll(files, settings, (path, { isLink, compressionLevel }, bytes) =>
    zip.addBuffer(bytes, path, { ...entryOptions(isLink), compressionLevel }),
  );
  zip.addBuffer(Buffer.from(JSON.stringify(settings)), 'towpath.json', entryOptions());
  zip.end();
  const code = await zipped;
  const codeSha256 = createHash('sha256').update(code).digest('base64');
  return { ...read, code, codeSha256, zippedBytes: code.length };
}

/** What an earlier release has of a function that is equal to this one, if the function can be: it does not know its release. */
async function earlierZip(files: Map<string, FunctionFile>, settings: Settings, earlier: EarlierFunction[]) {
  if ('release' in settings || earlier.length === 0) return undefined;
  const read = await readAll(files, settings, () => undefined);
  const same = earlier.find(({ contentSha256 }) => contentSha256 === read.contentSha256);
  return same && { ...same, ...read };
}

/** @param earlier the same function of the site's kept releases */
export async function assembleFunction(
  name: EdgeFunctionName,
  settings: Settings,
  bundle: Bundle,
  edgeFolder: string,
  earlier: EarlierFunction[],
): Promise<AssembledFunction> {
  const files = await functionFiles(name, runtimeOf(name, bundle.manifest), bundle, edgeFolder);
  const { unzipped, ...assembled } =
    (await earlierZip(files, settings, earlier)) ?? (await zipFunction(files, settings));
  const warning = checkSize(name, { zipped: assembled.zippedBytes, unzipped }, largestPackages(name, bundle));
  return { ...assembled, name, warning };
}
