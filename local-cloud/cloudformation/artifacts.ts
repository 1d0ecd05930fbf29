/** The packages that `serverless package` put beside its template, by the S3 keys that the template names. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { templateInvalid } from './template.ts';

export type Artifacts = (key: string) => Promise<Uint8Array>;

export function artifactsIn(folder: string | undefined): Artifacts {
  return async (key) => {
    const file = join(folder ?? '', basename(key));
    try {
      if (folder === undefined) throw new Error('no folder of artifacts was given');
      return await readFile(file);
    } catch (cause) {
      const message = `The package ${basename(key)} of the template cannot be read (${(cause as Error).message}).`;
      throw templateInvalid(message, 'Run "serverless package" again.', cause);
    }
  };
}

/** Properties to compare with the last load's: a package's S3 key has a time in it, its contents tell if it changed. */
export async function comparable(
  properties: Record<string, unknown>,
  artifacts: Artifacts,
): Promise<Record<string, unknown>> {
  const code = properties.Code as { S3Key?: string } | undefined;
  if (!code?.S3Key) return properties;
  const hash = createHash('sha256').update(await artifacts(code.S3Key));
  return { ...properties, Code: { sha256: hash.digest('hex') } };
}
