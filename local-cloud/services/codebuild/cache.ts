/** The S3 cache of a build's folders: one zstd-compressed tar, written and read by tar itself, so that links and times stay. */
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { collectArtifact } from './artifacts.ts';
import { isOutside } from './unpack.ts';

const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/**
 * The archive of `patterns` in `folder`; undefined when none of them is there. It passes through `file`, so that memory
 * holds it once.
 */
export async function packCache(patterns: string[], folder: string, file: string): Promise<Buffer | undefined> {
  const paths = (await Promise.all(patterns.map((pattern) => expand(pattern, folder)))).flat();
  if (paths.length === 0) return undefined;
  const tar = spawn('tar', ['-cf', '-', '--null', '-T', '-'], { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] });
  tar.stdin.end(paths.join('\0'));
  await Promise.all([pipeline(tar.stdout, createZstdCompress(FAST), createWriteStream(file)), ended(tar)]);
  return readFile(file);
}

export async function restoreCache(archive: Uint8Array, folder: string): Promise<void> {
  const tar = spawn('tar', ['-xf', '-'], { cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] });
  const fed = pipeline(Readable.from([archive]), createZstdDecompress(), tar.stdin).catch(unlessClosed);
  await Promise.all([fed, ended(tar)]);
}

/** tar stops reading at the end mark, before the padding behind it: its exit code is what counts. */
function unlessClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE' && error.code !== 'EPIPE') throw error;
}

function ended(child: ReturnType<typeof spawn>): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`tar ended with ${code}`))));
  });
}

/** What tar is given for a pattern: whole folders where the pattern means one, to spare a walk through node_modules. */
async function expand(pattern: string, folder: string): Promise<string[]> {
  const plain = pattern
    .replace(/^\.\//, '')
    .replace(/\/\*\*(\/\*)?$/, '')
    .replace(/\/$/, '');
  if (isOutside(folder, join(folder, plain)) || plain.startsWith('/')) return [];
  if (!/[*?]/.test(plain)) return existsSync(join(folder, plain)) ? [plain] : [];
  const files = { baseDirectory: '.', excludePaths: [], discardPaths: false, keepSymlinks: true, name: undefined };
  const entries = await collectArtifact({ ...files, files: [pattern] }, folder).catch(() => []);
  return entries.map(({ name }) => name);
}
