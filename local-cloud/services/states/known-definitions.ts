/**
 * Definitions that the validator has found valid, each a file that is there. The validator compiles its schemas anew for each
 * definition, half a second of a processor's time, and a template's machines are the same at nearly every start. They are kept
 * beside the packages, not in the state folder, for a new folder has the same machines.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const MANIFEST = 'asl-validator/package.json';

/** Another version of the validator may judge otherwise. */
const { version } = require(MANIFEST) as { version: string };
const packages = dirname(dirname(require.resolve(MANIFEST)));
const folder = join(packages, '.cache', 'towpath', `asl-validator-${version}`);

const fileOf = (definition: string) => join(folder, createHash('sha256').update(definition).digest('hex'));

export const isKnownToBeValid = (definition: string): boolean => existsSync(fileOf(definition));

export function rememberAsValid(definition: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(fileOf(definition), '');
  } catch {
    // The packages may be somebody else's: then it is validated again.
  }
}
