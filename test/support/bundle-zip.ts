/** A release bundle as CodeBuild leaves it: a ZIP with manifest.json at its root. */
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { Manifest } from '../../domain/release.ts';
import { manifestOf } from './pipeline-state.ts';

const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');

export interface BundleParts {
  /** Path → content; the manifest is given their hashes. */
  files: Record<string, string>;
  /** Path → target. */
  links?: Record<string, string>;
  manifest?: Partial<Manifest>;
}

export async function bundleZip({ files, links = {}, manifest = {} }: BundleParts): Promise<Buffer> {
  const hashes = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, sha256(content)]));
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(JSON.stringify({ ...manifestOf(hashes), ...manifest })), 'manifest.json');
  for (const [path, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), path);
  for (const [path, target] of Object.entries(links)) zip.addBuffer(Buffer.from(target), path, { mode: 0o120777 });
  zip.end();
  return buffer(zip.outputStream);
}
