/**
 * A batch of changes applied to a zone's records, or the reasons why Route 53 refuses all of it. Pure.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
 */
import type { AliasTarget, Change, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { AwsError } from '../../protocol/aws-error.ts';
import { isWithin, normalized } from './names.ts';
import { recordKey, type ZoneRecord } from './store.ts';

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-requests-changeresourcerecordsets */
const MAX_CHANGES = 1_000;
/** Of every alias to a distribution: https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html */
const CLOUDFRONT_ZONE = 'Z2FDTNDATAQYW2';
const TYPES = ['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NS', 'SOA', 'TXT'];

type Records = ZoneRecord['records'];

export function applyChanges(zone: ZoneRecord, changes: Change[]): Records {
  if (changes.length === 0) throw refused(['The list of changes is empty']);
  if (changes.length > MAX_CHANGES) throw refused([`Number of changes limit of ${MAX_CHANGES} exceeded.`]);
  const records = { ...zone.records };
  const problems = changes.flatMap(({ Action, ResourceRecordSet: given }) => {
    const record = { ...given!, Name: normalized(given!.Name!) };
    const problem = problemOf(record, Action!, zone, records);
    if (problem !== undefined) return [problem];
    const key = recordKey(record.Name, record.Type!);
    if (Action === 'DELETE') delete records[key];
    else records[key] = kept(record);
    return [];
  });
  const conflict = problems.length === 0 ? conflictIn(records, zone) : undefined;
  if (conflict !== undefined) problems.push(conflict);
  if (problems.length) throw refused(problems);
  return records;
}

const refused = (problems: string[]): AwsError =>
  new AwsError('InvalidChangeBatch', `[${problems.join(', ')}]`, 400, { messages: problems });

const named = ({ Name, Type }: ResourceRecordSet) => `[name='${Name}', type='${Type}']`;

function problemOf(record: ResourceRecordSet, action: string, zone: ZoneRecord, records: Records): string | undefined {
  const { Name = '', Type = '' } = record;
  if (record.SetIdentifier || record.HealthCheckId || !TYPES.includes(Type)) {
    throw new AwsError('NotImplemented', `Route 53 records like ${named(record)} are not emulated`, 501);
  }
  if (!isWithin(Name, zone.name)) return `RRSet with DNS name ${Name} is not permitted in zone ${zone.name}`;
  const existing = records[recordKey(Name, Type)];
  if (action === 'CREATE' && existing)
    return `Tried to create resource record set ${named(record)} but it already exists`;
  if (action === 'DELETE') {
    if (!existing) return `Tried to delete resource record set ${named(record)} but it was not found`;
    if (!isSame(existing, record)) {
      return `Tried to delete resource record set ${named(record)} but the values provided do not match the current values`;
    }
    return undefined;
  }
  return problemOfContent(record);
}

function problemOfContent(record: ResourceRecordSet): string | undefined {
  const { AliasTarget, ResourceRecords = [], TTL, Type } = record;
  if (AliasTarget)
    return TTL === undefined ? problemOfAlias(record, AliasTarget) : `Invalid request: an alias has no TTL`;
  if (ResourceRecords.length === 0 || TTL === undefined) {
    return `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords]], but found none in Change with ${named(record)}`;
  }
  if (Type === 'CNAME' && ResourceRecords.length > 1)
    return `Resource record sets of type CNAME must have one value: ${named(record)}`;
  return undefined;
}

/** By design: a distribution's name on the local cloud is one under `.localhost`, with a port. */
function problemOfAlias(record: ResourceRecordSet, { HostedZoneId, DNSName = '' }: AliasTarget): string | undefined {
  if (!/\.cloudfront\.(net|localhost(:\d+)?)\.?$/i.test(DNSName)) {
    throw new AwsError(
      'NotImplemented',
      `An alias to ${DNSName} is not emulated: only those to distributions are`,
      501,
    );
  }
  if (!['A', 'AAAA'].includes(record.Type ?? '') || HostedZoneId !== CLOUDFRONT_ZONE) {
    return `Tried to create an alias that targets ${DNSName}, type ${record.Type} in zone ${HostedZoneId}, but the alias target name does not lie within the target zone`;
  }
  return undefined;
}

/** A CNAME is alone with its name, and not at the top of a zone. */
function conflictIn(records: Records, zone: ZoneRecord): string | undefined {
  const all = Object.values(records);
  for (const { Name, Type } of all) {
    if (Type !== 'CNAME') continue;
    const cname = `RRSet of type CNAME with DNS name ${Name} is not permitted`;
    if (Name === zone.name) return `${cname} at apex in zone ${zone.name}`;
    if (all.some((other) => other.Name === Name && other.Type !== 'CNAME')) {
      return `${cname} as it conflicts with other records with the same DNS name in zone ${zone.name}`;
    }
  }
  return undefined;
}

const kept = (record: ResourceRecordSet): ResourceRecordSet => ({
  ...record,
  ...(record.AliasTarget && {
    AliasTarget: { ...record.AliasTarget, DNSName: normalized(record.AliasTarget.DNSName!) },
  }),
});

const content = (record: ResourceRecordSet) => {
  const { AliasTarget, ResourceRecords, TTL } = kept(record);
  const alias = AliasTarget && [AliasTarget.HostedZoneId, AliasTarget.DNSName, AliasTarget.EvaluateTargetHealth];
  return JSON.stringify([alias, ResourceRecords?.map(({ Value }) => Value).sort(), TTL]);
};
const isSame = (one: ResourceRecordSet, other: ResourceRecordSet) => content(one) === content(other);
