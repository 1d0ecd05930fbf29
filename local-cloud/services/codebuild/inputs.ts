/** What a build reads before its first command: sources, buildspec, secret variables, cache. All as its service role. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EnvironmentVariable, ProjectSource } from '@aws-sdk/client-codebuild';
import { type Buildspec, parseBuildspec } from './buildspec.ts';
import { restoreCache } from './cache.ts';
import type { BuildFolders } from './environment.ts';
import type { BuildLog } from './log.ts';
import { PhaseError } from './phase-error.ts';
import type { BuildRecord } from './records.ts';
import { isOutside, unpack } from './unpack.ts';

/** Calls another service as the build's service role. */
export type RoleCall = <Output>(scope: string, operation: string, input: object) => Promise<Output>;

export async function downloadSources(build: BuildRecord, folders: BuildFolders, call: RoleCall): Promise<void> {
  await downloadSource(build.source, build.sourceVersion, folders.source, call);
  for (const source of build.secondarySources) {
    const id = source.sourceIdentifier ?? '';
    const version = build.secondarySourceVersions.find(
      ({ sourceIdentifier }) => sourceIdentifier === id,
    )?.sourceVersion;
    await downloadSource(source, version, folders.secondary[id] ?? '', call);
  }
}

async function downloadSource(
  source: ProjectSource,
  version: string | undefined,
  folder: string,
  call: RoleCall,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (source.type !== 'S3') return;
  const { bucket, key } = splitLocation(source.location ?? '');
  await unpack(await readObject(call, bucket, key, version), folder);
}

/** `bucket/key`, also as an ARN. */
export function splitLocation(location: string): { bucket: string; key: string } {
  const plain = location.replace(/^arn:[^:]+:s3:::/, '');
  const slash = plain.indexOf('/');
  return slash < 0 ? { bucket: plain, key: '' } : { bucket: plain.slice(0, slash), key: plain.slice(slash + 1) };
}

async function readObject(call: RoleCall, bucket: string, key: string, version?: string): Promise<Uint8Array> {
  try {
    const input = { Bucket: bucket, Key: key, ...(version && { VersionId: version }) };
    return (await call<{ Body: Uint8Array }>('s3', 'GetObject', input)).Body;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    throw new PhaseError('CLIENT_ERROR', `error while downloading key ${key} of bucket ${bucket}: ${code}: ${message}`);
  }
}

const DEFAULT_BUILDSPEC = 'buildspec.yml';

/** Inline text, an S3 ARN, or a path in the source. */
export async function loadBuildspec(build: BuildRecord, folders: BuildFolders, call: RoleCall): Promise<Buildspec> {
  const given = build.source.buildspec || DEFAULT_BUILDSPEC;
  if (given.includes('\n')) return parseBuildspec(given);
  if (given.startsWith('arn:')) {
    const { bucket, key } = splitLocation(given);
    return parseBuildspec(Buffer.from(await readObject(call, bucket, key)).toString('utf8'));
  }
  const file = join(folders.source, given);
  if (isOutside(folders.source, file)) throw new PhaseError('YAML_FILE_ERROR', `${given} is outside of the source`);
  const text = await readFile(file, 'utf8').catch(() => {
    throw new PhaseError('YAML_FILE_ERROR', `YAML file does not exist: ${given}`);
  });
  return parseBuildspec(text);
}

/** The local image has one runtime: the Node.js that runs the local cloud. */
export function checkRuntimes(spec: Buildspec, nodeVersion: string): void {
  const major = nodeVersion.replace(/^v/, '').split('.')[0];
  for (const [runtime, version] of Object.entries(spec.runtimeVersions)) {
    if (runtime === 'nodejs' && (version === 'latest' || version.split('.')[0] === major)) continue;
    throw new PhaseError(
      'YAML_FILE_ERROR',
      `Unknown runtime version named '${version}' of ${runtime}. This build image has the following versions: nodejs ${major}`,
    );
  }
}

export interface Variables {
  values: Record<string, string>;
  /** Values that the log must not show. */
  secrets: string[];
}

/** The buildspec's variables, and over them the project's and the start's. */
export async function resolveVariables(spec: Buildspec, build: BuildRecord, call: RoleCall): Promise<Variables> {
  const listed: EnvironmentVariable[] = [
    ...listVariables(spec.variables, 'PLAINTEXT'),
    ...listVariables(spec.parameterStore, 'PARAMETER_STORE'),
    ...listVariables(spec.secretsManager, 'SECRETS_MANAGER'),
    ...(build.environment.environmentVariables ?? []),
  ];
  const values: Record<string, string> = {};
  const secrets: string[] = [];
  for (const { name, value, type } of new Map(listed.map((variable) => [variable.name, variable])).values()) {
    if (!name) continue;
    values[name] = await resolveVariable(value ?? '', type, call);
    if (type && type !== 'PLAINTEXT') secrets.push(values[name]);
  }
  return { values, secrets };
}

function listVariables(values: Record<string, string>, type: EnvironmentVariable['type']): EnvironmentVariable[] {
  return Object.entries(values).map(([name, value]) => ({ name, value, type }));
}

async function resolveVariable(value: string, type: EnvironmentVariable['type'], call: RoleCall): Promise<string> {
  try {
    if (type === 'PARAMETER_STORE') {
      // https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html: ssm:GetParameters
      const input = { Names: [value], WithDecryption: true };
      const { Parameters } = await call<{ Parameters: { Value: string }[] }>('ssm', 'GetParameters', input);
      if (!Parameters[0]) throw new Error('the parameter does not exist');
      return Parameters[0].Value;
    }
    return type === 'SECRETS_MANAGER' ? await readSecret(value, call) : value;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    throw new PhaseError('Decrypted Variables Error', `${type} ${value}: ${code ?? 'error'}: ${message}`);
  }
}

/** `secret-id:json-key:version-stage:version-id`, where secret-id may be an ARN. */
async function readSecret(reference: string, call: RoleCall): Promise<string> {
  const [, id = '', rest = ''] = /^(arn:(?:[^:]*:){5}[^:]*|[^:]*)(?::(.*))?$/.exec(reference) ?? [];
  const [jsonKey, stage, version] = rest.split(':');
  const { SecretString } = await call<{ SecretString?: string }>('secretsmanager', 'GetSecretValue', {
    SecretId: id,
    ...(stage && { VersionStage: stage }),
    ...(version && { VersionId: version }),
  });
  if (!jsonKey) return SecretString ?? '';
  const found = (JSON.parse(SecretString ?? '{}') as Record<string, unknown>)[jsonKey];
  if (found === undefined) throw new Error(`the secret has no key ${jsonKey}`);
  return String(found);
}

/** Where the build's cache lies, or undefined when it has none. */
export function cacheLocation(build: BuildRecord): { bucket: string; key: string } | undefined {
  const { type, location, cacheNamespace } = build.cache;
  if (type !== 'S3' || !location) return undefined;
  const { bucket, key } = splitLocation(location);
  return { bucket, key: [key.replace(/\/$/, ''), cacheNamespace, 'cache.tar.zst'].filter(Boolean).join('/') };
}

/** A build without its cache is slower, not wrong: what goes wrong here is only logged. */
export async function loadCache(
  build: BuildRecord,
  spec: Buildspec,
  folder: string,
  call: RoleCall,
  log: BuildLog,
): Promise<void> {
  const location = cacheLocation(build);
  if (!location || spec.cachePaths.length === 0) return;
  log.note('Downloading S3 cache...');
  try {
    const input = { Bucket: location.bucket, Key: location.key };
    await restoreCache((await call<{ Body: Uint8Array }>('s3', 'GetObject', input)).Body, folder);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    log.note(`Unable to download cache: ${code ?? 'error'}: ${message}`);
  }
}
