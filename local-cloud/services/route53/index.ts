/**
 * Route 53: hosted zones and their records.
 *
 * Gaps: routing policies, health checks, aliases to anything but distributions, reusable
 * delegation sets, VPCs of private zones, DNSSEC, domain registration, tags, delegation of one zone of the account to another.
 * By design: a change is INSYNC after 300 ms; names outside the account's zones are answered by a file (public-dns.ts); DNS itself
 * is answered on the local cloud's own port, by UDP (dns-server.ts).
 */
import * as sdk from '@aws-sdk/client-route-53';
import { AwsError } from '../../protocol/aws-error.ts';
import { sdkService } from '../../protocol/sdk-service.ts';
import type { Environment, Operations, Service } from '../../service.ts';
import { applyChanges } from './change-rules.ts';
import { startDnsServer } from './dns-server.ts';
import { normalized, sortKey } from './names.ts';
import { lookUp, resolve } from './public-dns.ts';
import { getZone, newId, openStore, recordKey, type Store, type ZoneRecord } from './store.ts';

const SPREADING_MS = 300;
/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html */
const MAX_ZONES = 500;
const NAME_SERVERS = ['ns-1.awsdns-01.localhost.', 'ns-2.awsdns-02.localhost.'];

export function createRoute53Service(environment: Environment): Service {
  const store = openStore(environment);
  let dns: Awaited<ReturnType<typeof startDnsServer>> | undefined;
  const service = sdkService({
    scope: 'route53',
    module: sdk,
    client: new sdk.Route53Client({ region: 'us-east-1' }),
    operations: {
      ...zoneOperations(environment, store),
      ...recordOperations(environment, store),
      // No operation of AWS: how other services ask the world's DNS within the local cloud, which no wire reaches.
      LookUp: async ({ name, type }: { name: string; type: string }) => lookUp(store, environment.folder, name, type),
    },
  });
  return {
    ...service,
    start: async () => {
      const port = Number(new URL(environment.endpoint()).port);
      dns = await startDnsServer(port, (name, type) => resolve(store, environment.folder, name, type));
    },
    stop: async () => dns?.stop(),
  };
}

function zoneOperations(environment: Environment, store: Store): Operations {
  const all = () =>
    store.zones
      .entries()
      .map(([, zone]) => zone)
      .sort((a, b) => (sortKey(a.name) < sortKey(b.name) ? -1 : 1));
  return {
    CreateHostedZone: async (input: sdk.CreateHostedZoneRequest): Promise<sdk.CreateHostedZoneResponse> => {
      const zone = newZone(input, all());
      store.zones.put(zone.id, zone);
      return {
        HostedZone: describe(zone),
        ChangeInfo: changed(environment, store),
        DelegationSet: { NameServers: NAME_SERVERS },
        Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}`,
      };
    },
    GetHostedZone: async ({ Id }: sdk.GetHostedZoneRequest): Promise<sdk.GetHostedZoneResponse> => ({
      HostedZone: describe(getZone(store, Id)),
      DelegationSet: { NameServers: NAME_SERVERS },
    }),
    DeleteHostedZone: async ({ Id }: sdk.DeleteHostedZoneRequest): Promise<sdk.DeleteHostedZoneResponse> => {
      const zone = getZone(store, Id);
      if (Object.values(zone.records).some(({ Type }) => Type !== 'NS' && Type !== 'SOA')) {
        const message =
          'The specified hosted zone contains non-required resource record sets and so cannot be deleted.';
        throw new AwsError('HostedZoneNotEmpty', message);
      }
      store.zones.delete(zone.id);
      return { ChangeInfo: changed(environment, store) };
    },
    ListHostedZones: async ({
      Marker,
      MaxItems = 100,
    }: sdk.ListHostedZonesRequest): Promise<sdk.ListHostedZonesResponse> => {
      const from = all().slice(
        Math.max(
          0,
          all().findIndex(({ id }) => id === Marker),
        ),
      );
      const next = from[Number(MaxItems)];
      return {
        HostedZones: from.slice(0, Number(MaxItems)).map(describe),
        Marker: Marker ?? '',
        IsTruncated: next !== undefined,
        MaxItems: Number(MaxItems),
        NextMarker: next?.id,
      };
    },
    // Zones from that name on, not only those of that name.
    ListHostedZonesByName: async (
      input: sdk.ListHostedZonesByNameRequest,
    ): Promise<sdk.ListHostedZonesByNameResponse> => {
      const { DNSName, HostedZoneId, MaxItems = 100 } = input;
      const start = DNSName === undefined ? '' : sortKey(normalized(DNSName));
      const from = all().filter(({ name }) => sortKey(name) >= start);
      const after = from.slice(
        Math.max(
          0,
          from.findIndex(({ id }) => id === HostedZoneId),
        ),
      );
      const next = after[Number(MaxItems)];
      return {
        HostedZones: after.slice(0, Number(MaxItems)).map(describe),
        DNSName,
        HostedZoneId,
        IsTruncated: next !== undefined,
        NextDNSName: next?.name,
        NextHostedZoneId: next?.id,
        MaxItems: Number(MaxItems),
      };
    },
  };
}

function recordOperations(environment: Environment, store: Store): Operations {
  return {
    ChangeResourceRecordSets: async (
      input: sdk.ChangeResourceRecordSetsRequest,
    ): Promise<sdk.ChangeResourceRecordSetsResponse> => {
      const zone = getZone(store, input.HostedZoneId);
      store.zones.put(zone.id, { ...zone, records: applyChanges(zone, input.ChangeBatch?.Changes ?? []) });
      return { ChangeInfo: { ...changed(environment, store), Comment: input.ChangeBatch?.Comment } };
    },
    ListResourceRecordSets: async (
      input: sdk.ListResourceRecordSetsRequest,
    ): Promise<sdk.ListResourceRecordSetsResponse> => {
      const { HostedZoneId, StartRecordName, StartRecordType = '', MaxItems = 300 } = input;
      if (StartRecordType && StartRecordName === undefined) {
        throw new AwsError('InvalidInput', 'StartRecordType needs StartRecordName.');
      }
      const key = (name: string, type: string) => `${sortKey(name)}\n${type}`;
      const start = StartRecordName === undefined ? '' : key(normalized(StartRecordName), StartRecordType);
      const from = Object.values(getZone(store, HostedZoneId).records)
        .map((record) => ({ record, at: key(record.Name!, record.Type!) }))
        .filter(({ at }) => at >= start)
        .sort((a, b) => (a.at < b.at ? -1 : 1));
      const next = from[Number(MaxItems)]?.record;
      return {
        ResourceRecordSets: from.slice(0, Number(MaxItems)).map(({ record }) => record),
        IsTruncated: next !== undefined,
        NextRecordName: next?.Name,
        NextRecordType: next?.Type,
        MaxItems: Number(MaxItems),
      };
    },
    GetChange: async ({ Id = '' }: sdk.GetChangeRequest): Promise<sdk.GetChangeResponse> => {
      const at = store.changes.get(Id.split('/').at(-1) ?? '');
      if (at === undefined) throw new AwsError('NoSuchChange', `Could not find resource with ID: ${Id}`, 404);
      const Status = environment.now() < at + SPREADING_MS ? 'PENDING' : 'INSYNC';
      return { ChangeInfo: { Id, Status, SubmittedAt: new Date(at) } };
    },
  };
}

function newZone(input: sdk.CreateHostedZoneRequest, all: ZoneRecord[]): ZoneRecord {
  const name = normalized(input.Name ?? '');
  if (!/^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+$/.test(name)) {
    throw new AwsError('InvalidDomainName', `${input.Name} is not a valid domain name`);
  }
  if (all.some(({ callerReference }) => callerReference === input.CallerReference)) {
    const message = `A hosted zone has already been created with the specified caller reference: ${input.CallerReference}`;
    throw new AwsError('HostedZoneAlreadyExists', message, 409);
  }
  if (all.length >= MAX_ZONES)
    throw new AwsError('TooManyHostedZones', `An account can have ${MAX_ZONES} hosted zones.`);
  const soa = `${NAME_SERVERS[0]} awsdns-hostmaster.localhost. 1 7200 900 1209600 86400`;
  const records: sdk.ResourceRecordSet[] = [
    { Name: name, Type: 'NS', TTL: 172_800, ResourceRecords: NAME_SERVERS.map((Value) => ({ Value })) },
    { Name: name, Type: 'SOA', TTL: 900, ResourceRecords: [{ Value: soa }] },
  ];
  return {
    id: newId('Z'),
    name,
    callerReference: input.CallerReference!,
    comment: input.HostedZoneConfig?.Comment,
    isPrivate: input.HostedZoneConfig?.PrivateZone ?? false,
    records: Object.fromEntries(records.map((record) => [recordKey(name, record.Type!), record])),
  };
}

function changed(environment: Environment, store: Store): sdk.ChangeInfo {
  const id = newId('C');
  store.changes.put(id, environment.now());
  return { Id: `/change/${id}`, Status: 'PENDING', SubmittedAt: new Date(environment.now()) };
}

const describe = (zone: ZoneRecord): sdk.HostedZone => ({
  Id: `/hostedzone/${zone.id}`,
  Name: zone.name,
  CallerReference: zone.callerReference,
  Config: { Comment: zone.comment, PrivateZone: zone.isPrivate },
  ResourceRecordSetCount: Object.keys(zone.records).length,
});
