import {
  type Change,
  ChangeResourceRecordSetsCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  NoSuchHostedZone,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import type { DomainRecord } from '../domain/custom-domain.ts';

export type Zones = ReturnType<typeof createZones>;

/** Of every alias to a distribution: https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html */
const CLOUDFRONT_ZONE = 'Z2FDTNDATAQYW2';
const TTL_SECONDS = 300;

const dotted = (name: string) => (name.endsWith('.') ? name : `${name}.`);
/** Route 53 answers an asterisk escaped. */
const plain = (name = '') => name.replaceAll('\\052', '*').toLowerCase();

function recordSets({ name, type, value }: DomainRecord): ResourceRecordSet[] {
  if (type === 'CNAME') return [{ Name: name, Type: 'CNAME', TTL: TTL_SECONDS, ResourceRecords: [{ Value: value }] }];
  const AliasTarget = { HostedZoneId: CLOUDFRONT_ZONE, DNSName: value, EvaluateTargetHealth: false };
  return (['A', 'AAAA'] as const).map((Type) => ({ Name: name, Type, AliasTarget }));
}

const targetOf = ({ AliasTarget, ResourceRecords }: ResourceRecordSet) =>
  plain(AliasTarget?.DNSName ?? ResourceRecords?.[0]?.Value).replace(/\.$/, '');

export function createZones(client: Route53Client) {
  const change = (zone: string, Changes: Change[]) =>
    client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zone, ChangeBatch: { Changes } }));

  async function found(zone: string, wanted: ResourceRecordSet): Promise<ResourceRecordSet | undefined> {
    const { ResourceRecordSets = [] } = await client.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: zone,
        StartRecordName: wanted.Name,
        StartRecordType: wanted.Type,
        MaxItems: 1,
      }),
    );
    const [first] = ResourceRecordSets;
    return first && plain(first.Name) === plain(dotted(String(wanted.Name))) && first.Type === wanted.Type
      ? first
      : undefined;
  }

  return {
    /** The account's public zone with the longest name that the domain is in, by its id. */
    async holding(domain: string): Promise<string | undefined> {
      const labels = domain.replace(/^\*\./, '').replace(/\.$/, '').split('.');
      for (let index = 0; index < labels.length - 1; index++) {
        const name = dotted(labels.slice(index).join('.'));
        const { HostedZones = [] } = await client.send(new ListHostedZonesByNameCommand({ DNSName: name }));
        const zone = HostedZones.find((one) => plain(one.Name) === name && !one.Config?.PrivateZone);
        if (zone?.Id) return zone.Id.replace('/hostedzone/', '');
      }
      return undefined;
    },

    async set(zone: string, record: DomainRecord): Promise<void> {
      await change(
        zone,
        recordSets(record).map((ResourceRecordSet) => ({ Action: 'UPSERT', ResourceRecordSet })),
      );
    },

    /** The record as it was set; one that somebody has changed since stays, and so does what is gone. */
    async unset(zone: string, record: DomainRecord): Promise<void> {
      try {
        for (const wanted of recordSets(record)) {
          const there = await found(zone, wanted);
          if (there && targetOf(there) === targetOf(wanted))
            await change(zone, [{ Action: 'DELETE', ResourceRecordSet: there }]);
        }
      } catch (error) {
        if (!(error instanceof NoSuchHostedZone)) throw error;
      }
    },
  };
}
