import { createHash } from 'node:crypto';
import type { ArtifactStore, ListedObject } from '../../aws/artifacts.ts';
import { TowpathError } from '../../domain/errors.ts';
import { BUNDLE_INVALID, type Bundle } from './bundle.ts';
import { inParallel } from './in-parallel.ts';
import { type PlannedUpload, planUploads } from './plan-uploads.ts';

export type UploadPorts = Pick<ArtifactStore, 'list' | 'head' | 'putOnce' | 'putStream'>;

export interface UploadFigures {
  uploadedFiles: number;
  uploadedBytes: number;
  unchangedFiles: number;
}

const CONCURRENCY = 24;
/** Larger files are streamed, part by part, instead of being held in memory. */
const MAX_BYTES_IN_MEMORY = 32 * 1024 * 1024;

const STATIC_FILE_CHANGED = {
  code: 'STATIC_FILE_CHANGED',
  fault: 'user',
  retryable: false,
  remedy:
    'Files under /_next/static are kept for browsers that still show an older release, so a name must never get other content: remove a constant generateBuildId or deploymentId from next.config, or clear .next before the build.',
} as const;

const hash = (algorithm: 'md5' | 'sha256', content: Uint8Array) => createHash(algorithm).update(content).digest('hex');

async function checkSame(bucket: string, { key, path, sha256 }: PlannedUpload, ports: UploadPorts): Promise<void> {
  const there = await ports.head({ bucket, key });
  if (there?.metadata.sha256 === sha256) return;
  throw new TowpathError(
    STATIC_FILE_CHANGED,
    `${path} has another content than the file of that name in an earlier release (sha256 ${there?.metadata.sha256 ?? 'unknown'}, now ${sha256})`,
  );
}

async function uploadOne(
  bucket: string,
  upload: PlannedUpload,
  existing: Map<string, ListedObject>,
  bundle: Bundle,
  ports: UploadPorts,
): Promise<'written' | 'exists'> {
  const { key, path, bytes, sha256, shared, about } = upload;
  const there = existing.get(key);
  if (bytes > MAX_BYTES_IN_MEMORY) {
    if (there?.bytes === bytes) {
      await checkSame(bucket, upload, ports);
      return 'exists';
    }
    await ports.putStream({ bucket, key }, await bundle.stream(path), about);
    return 'written';
  }
  const content = await bundle.read(path);
  if (hash('sha256', content) !== sha256) {
    throw new TowpathError(BUNDLE_INVALID, `${path} in the release bundle is not what its manifest says (sha256)`);
  }
  // An equal ETag saves the question; where objects are encrypted by KMS it is no MD5, and the question is asked.
  if (there && there.etag === hash('md5', content)) return 'exists';
  const written = there ? 'exists' : await ports.putOnce({ bucket, key }, content, about);
  if (written === 'exists' && shared) await checkSame(bucket, upload, ports);
  return written;
}

/** Brings a release's files into the site's bucket; what is there already stays. */
export async function uploadFiles(
  bucket: string,
  release: string,
  bundle: Bundle,
  ports: UploadPorts,
): Promise<UploadFigures> {
  const uploads = planUploads(bundle.manifest, release);
  const listed = await Promise.all(['static/', `releases/${release}/`].map((prefix) => ports.list(bucket, prefix)));
  const existing = new Map(listed.flat().map((object) => [object.key, object]));

  const figures: UploadFigures = { uploadedFiles: 0, uploadedBytes: 0, unchangedFiles: 0 };
  await inParallel(uploads, CONCURRENCY, async (upload) => {
    if ((await uploadOne(bucket, upload, existing, bundle, ports)) === 'exists') {
      figures.unchangedFiles += 1;
      return;
    }
    figures.uploadedFiles += 1;
    figures.uploadedBytes += upload.bytes;
  });
  return figures;
}
