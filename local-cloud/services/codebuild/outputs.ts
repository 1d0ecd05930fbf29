/** What a build leaves behind: its artifact and its cache, in S3, as its service role. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildArtifacts } from '@aws-sdk/client-codebuild';
import { collectArtifact, zipArtifact } from './artifacts.ts';
import type { ArtifactFiles, Buildspec } from './buildspec.ts';
import { packCache } from './cache.ts';
import type { BuildFolders } from './environment.ts';
import { cacheLocation, type RoleCall } from './inputs.ts';
import type { BuildLog } from './log.ts';
import { PhaseError } from './phase-error.ts';
import type { BuildRecord } from './records.ts';

/** Stores the artifact; undefined when the build has none. */
export async function uploadArtifact(
  build: BuildRecord,
  spec: Buildspec,
  folder: string,
  call: RoleCall,
): Promise<BuildArtifacts | undefined> {
  const { destination } = build;
  if (destination.type !== 'S3') return undefined;
  if (!spec.artifacts) throw new PhaseError('CLIENT_ERROR', 'The project has artifacts but the buildspec names none.');
  const key = artifactKey(build, spec.artifacts);
  const entries = await collectArtifact(spec.artifacts, folder);
  const bucket = destination.location ?? '';
  const described = {
    location: `arn:aws:s3:::${bucket}/${key}`,
    overrideArtifactName: destination.overrideArtifactName,
  };
  if (destination.packaging !== 'ZIP') {
    for (const entry of entries) await store(call, bucket, `${key}/${entry.name}`, await readFile(entry.path));
    return described;
  }
  const zip = await zipArtifact(entries);
  await store(call, bucket, key, zip);
  return {
    ...described,
    sha256sum: createHash('sha256').update(zip).digest('hex'),
    md5sum: createHash('md5').update(zip).digest('hex'),
  };
}

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectArtifacts.html: path, then namespace, then name. */
export function artifactKey(build: BuildRecord, artifacts: ArtifactFiles): string {
  const { path, namespaceType, name, overrideArtifactName } = build.destination;
  const last = (overrideArtifactName ? artifacts.name : undefined) ?? name ?? build.projectName;
  const namespace = namespaceType === 'BUILD_ID' ? build.id.split(':')[1] : undefined;
  return [path, namespace, last === '/' ? 'artifact.zip' : last]
    .map((part) => part?.replace(/^\/+|\/+$/g, ''))
    .filter(Boolean)
    .join('/');
}

async function store(call: RoleCall, bucket: string, key: string, body: Uint8Array): Promise<void> {
  try {
    await call('s3', 'PutObject', { Bucket: bucket, Key: key, Body: body });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    throw new PhaseError('CLIENT_ERROR', `Error in UPLOAD_ARTIFACTS phase: ${bucket}/${key}: ${code}: ${message}`);
  }
}

export async function saveCache(
  build: BuildRecord,
  spec: Buildspec,
  folders: BuildFolders,
  call: RoleCall,
  log: BuildLog,
): Promise<void> {
  const location = cacheLocation(build);
  if (!location || spec.cachePaths.length === 0) return;
  log.note('Uploading S3 cache...');
  try {
    const archive = await packCache(spec.cachePaths, folders.source, join(folders.temporary, 'cache.tar.zst'));
    if (archive) await call('s3', 'PutObject', { Bucket: location.bucket, Key: location.key, Body: archive });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    log.note(`Unable to upload cache: ${code ?? 'error'}: ${message}`);
  }
}
