/**
 * What the world's DNS answers. A name within a public hosted zone of the account is answered by that zone; other names
 * by the file `outside.json` in this service's folder, the stand-in for zones that somebody else has. It is nothing of
 * AWS's: `{ "_a.example.org": { "CNAME": ["_b.acm-validations.aws"] } }`, read at each look-up.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { AwsError } from '../../protocol/aws-error.ts';
import { normalized } from './names.ts';
import { recordKey, type Store, zoneFor } from './store.ts';

const OUTSIDE = 'outside.json';
const Outside = z.record(z.string(), z.record(z.string(), z.array(z.string())));

/** Values of the records of that name and type; none when there are none. */
export function lookUp(store: Store, folder: string, name: string, type: string): string[] {
  const wanted = normalized(name);
  const zone = zoneFor(store, wanted);
  if (zone) return (zone.records[recordKey(wanted, type)]?.ResourceRecords ?? []).map(({ Value }) => Value ?? '');
  const found = Object.entries(readOutside(join(folder, OUTSIDE))).find(([key]) => normalized(key) === wanted);
  return found?.[1][type] ?? [];
}

const HERE = '127.0.0.1';
const isDistribution = (name: string) => /\.cloudfront\.(net|localhost)\.$/.test(normalized(name));

/** The same to whoever asks by DNS: an alias is answered by the addresses of its target. */
export function resolve(store: Store, folder: string, name: string, type: string): string[] {
  const wanted = normalized(name);
  const alias = zoneFor(store, wanted)?.records[recordKey(wanted, type)]?.AliasTarget;
  return type === 'A' && (alias || isDistribution(name)) ? [HERE] : lookUp(store, folder, name, type);
}

function readOutside(file: string): z.output<typeof Outside> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  try {
    return Outside.parse(JSON.parse(text));
  } catch (cause) {
    const wanted = '{ "name": { "TYPE": ["value"] } }';
    throw Object.assign(new AwsError('InternalFailure', `${file} has to be JSON like ${wanted}: ${cause}`, 500), {
      cause,
    });
  }
}
