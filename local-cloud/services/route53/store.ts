/** What Route 53 remembers: hosted zones, their records, and when changes were made. */
import { randomBytes } from 'node:crypto';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Collection } from '../../runtime/records.ts';
import type { Environment } from '../../service.ts';
import { isWithin } from './names.ts';

export interface ZoneRecord {
  id: string;
  /** Normalised. */
  name: string;
  callerReference: string;
  comment?: string;
  isPrivate: boolean;
  /** By name and type. */
  records: Record<string, ResourceRecordSet>;
}

export interface Store {
  zones: Collection<ZoneRecord>;
  /** Id of a change → when it was made, in milliseconds since the epoch. */
  changes: Collection<number>;
}

export const openStore = (environment: Environment): Store => ({
  zones: environment.records.collection('zone'),
  changes: environment.records.collection('change'),
});

export const recordKey = (name: string, type: string): string => `${name} ${type}`;

export const newId = (first: 'Z' | 'C'): string => first + randomBytes(10).toString('hex').toUpperCase();

/** With or without `/hostedzone/` before it. */
export function getZone({ zones }: Store, id = ''): ZoneRecord {
  const zone = zones.get(id.split('/').at(-1) ?? '');
  if (!zone) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`, 404);
  return zone;
}

/** The public zone that answers for a name: of those that contain it, the longest. */
export function zoneFor({ zones }: Store, name: string): ZoneRecord | undefined {
  const containing = zones
    .entries()
    .flatMap(([, zone]) => (!zone.isPrivate && isWithin(name, zone.name) ? [zone] : []));
  return containing.sort((a, b) => b.name.length - a.name.length)[0];
}
