/** ACM, Route 53 and CloudFront's alternate domain names, through the official clients. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as acm from '@aws-sdk/client-acm';
import * as cloudfront from '@aws-sdk/client-cloudfront';
import * as route53 from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createDns } from '../../lifecycle/dns.ts';
import type { Environment } from '../../local-cloud/service.ts';
import { createAcmService } from '../../local-cloud/services/acm/index.ts';
import { createCloudFrontService } from '../../local-cloud/services/cloudfront/index.ts';
import { createRoute53Service } from '../../local-cloud/services/route53/index.ts';
import { startTestCloud, type TestCloud } from '../support/start-cloud.ts';

const services = {
  acm: createAcmService,
  route53: createRoute53Service,
  cloudfront: (environment: Environment) => createCloudFrontService(environment),
};
const HOUR_MS = 3_600_000;

let folder: string;
let cloud: TestCloud<typeof services>;
let origin: Server;
let passedMs = 0;
let zoneNumber = 0;

/** Its clock goes along, for a signature is good for minutes; without tries of its own, which would ask a second time. */
const client = () => ({ ...cloud.client, maxAttempts: 1, systemClockOffset: passedMs });
const certificates = () => new acm.ACMClient(client());
const dns = () => new route53.Route53Client(client());
const cdn = () => new cloudfront.CloudFrontClient(client());

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'towpath-domains-'));
  cloud = await startTestCloud(services, { folder, now: () => Date.now() + passedMs });
  origin = createServer((request, response) => response.end(`${request.headers.host?.split(':')[0]} ${request.url}`));
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await cloud.stop();
  origin.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => setOutside({}));

const pass = (ms: number) => {
  passedMs += ms;
};

const setOutside = (records: object) => {
  mkdirSync(join(folder, 'route53'), { recursive: true });
  writeFileSync(join(folder, 'route53', 'outside.json'), JSON.stringify(records));
};
const refused = (name: string, message: RegExp) =>
  expect.objectContaining({ name, message: expect.stringMatching(message) });

async function createZone(name: string): Promise<string> {
  const input = { Name: name, CallerReference: `zone-${++zoneNumber}` };
  return (await dns().send(new route53.CreateHostedZoneCommand(input))).HostedZone!.Id!;
}
const change = (zone: string, Action: route53.ChangeAction, ResourceRecordSet: route53.ResourceRecordSet) =>
  dns().send(
    new route53.ChangeResourceRecordSetsCommand({
      HostedZoneId: zone,
      ChangeBatch: { Changes: [{ Action, ResourceRecordSet }] },
    }),
  );
const records = async (zone: string, more = {}) =>
  (
    await dns().send(new route53.ListResourceRecordSetsCommand({ HostedZoneId: zone, ...more }))
  ).ResourceRecordSets!.map(({ Name, Type }) => `${Name} ${Type}`);
const text = (Name: string, Value: string): route53.ResourceRecordSet => ({
  Name,
  Type: 'TXT',
  TTL: 60,
  ResourceRecords: [{ Value }],
});
const cname = (Name: string, Value: string): route53.ResourceRecordSet => ({ ...text(Name, Value), Type: 'CNAME' });

async function request(domain: string, ...others: string[]): Promise<string> {
  const input = {
    DomainName: domain,
    ValidationMethod: 'DNS' as const,
    ...(others.length && { SubjectAlternativeNames: others }),
  };
  return (await certificates().send(new acm.RequestCertificateCommand(input))).CertificateArn!;
}
const describeCertificate = async (CertificateArn: string) =>
  (await certificates().send(new acm.DescribeCertificateCommand({ CertificateArn }))).Certificate!;
async function recordOf(arn: string): Promise<{ Name: string; Value: string }> {
  pass(1_000);
  return (await describeCertificate(arn)).DomainValidationOptions![0]!.ResourceRecord as {
    Name: string;
    Value: string;
  };
}
/** Of somebody else's zone, so that no zone of the account is needed. */
async function issue(...domains: [string, ...string[]]): Promise<string> {
  const arn = await request(...domains);
  pass(1_000);
  const { DomainValidationOptions = [] } = await describeCertificate(arn);
  const named = DomainValidationOptions.map(({ ResourceRecord: one }) => [one!.Name, { CNAME: [one!.Value] }]);
  setOutside(Object.fromEntries(named));
  expect(await describeCertificate(arn)).toMatchObject({ Status: 'ISSUED' });
  return arn;
}

describe('Route 53', () => {
  test('a zone has NS and SOA, and goes once nothing else is in it', async () => {
    const zone = await createZone('Zone.example');
    expect(zone).toMatch(/^\/hostedzone\/Z/);
    expect(await records(zone)).toEqual(['zone.example. NS', 'zone.example. SOA']);
    const { ChangeInfo } = await change(zone, 'UPSERT', text('a.zone.example', '"1"'));
    expect(ChangeInfo).toMatchObject({ Status: 'PENDING' });
    pass(1_000);
    const spread = await dns().send(new route53.GetChangeCommand({ Id: ChangeInfo!.Id }));
    expect(spread.ChangeInfo!.Status).toBe('INSYNC');
    const remove = () => dns().send(new route53.DeleteHostedZoneCommand({ Id: zone }));
    await expect(remove()).rejects.toEqual(refused('HostedZoneNotEmpty', /non-required/));
    await change(zone, 'DELETE', text('a.zone.example.', '"1"'));
    await remove();
    await expect(records(zone)).rejects.toBeInstanceOf(route53.NoSuchHostedZone);
  });

  test('zones by name start there and go on; records in pages, by labels from the right', async () => {
    for (const name of ['pages.test', 'b.pages.test', 'later.test']) await createZone(name);
    const listed = async (more: object) =>
      (await dns().send(new route53.ListHostedZonesByNameCommand({ DNSName: 'pages.test', ...more }))).HostedZones!.map(
        ({ Name }) => Name,
      );
    expect(await listed({ MaxItems: 2 })).toEqual(['pages.test.', 'b.pages.test.']);
    const zone = await createZone('order.test');
    for (const name of ['z.order.test', 'a.b.order.test', 'b.order.test'])
      await change(zone, 'CREATE', text(name, '"x"'));
    const order = ['b.order.test. TXT', 'a.b.order.test. TXT', 'z.order.test. TXT'];
    expect((await records(zone)).slice(2)).toEqual(order);
    expect(await records(zone, { StartRecordName: 'a.b.order.test', MaxItems: 1 })).toEqual([order[1]]);
  });

  test.each<[string, RegExp, route53.ChangeAction, route53.ResourceRecordSet]>([
    ['of another zone', /not permitted in zone rules\.test\./, 'UPSERT', text('www.elsewhere.test', '"1"')],
    ['that is there', /but it already exists/, 'CREATE', text('there.rules.test', '"2"')],
    ['that is not there', /but it was not found/, 'DELETE', text('missing.rules.test', '"1"')],
    ['with another value', /do not match the current values/, 'DELETE', text('there.rules.test', '"2"')],
    ['at the top that is a CNAME', /not permitted at apex/, 'CREATE', cname('rules.test', 'other.test')],
    ['beside a CNAME', /conflicts with other records/, 'CREATE', cname('there.rules.test', 'other.test')],
  ])('refuses a record %s, and the whole batch with it', async (_, reason, Action, ResourceRecordSet) => {
    const zone = await createZone('rules.test');
    await change(zone, 'CREATE', text('there.rules.test', '"1"'));
    const first = { Action: 'CREATE' as const, ResourceRecordSet: text('first.rules.test', '"1"') };
    const ChangeBatch = { Changes: [first, { Action, ResourceRecordSet }] };
    const both = dns().send(new route53.ChangeResourceRecordSetsCommand({ HostedZoneId: zone, ChangeBatch }));
    await expect(both).rejects.toEqual(refused('InvalidChangeBatch', reason));
    expect(await records(zone)).not.toContain('first.rules.test. TXT');
  });

  test('an alias to a distribution names CloudFront’s zone', async () => {
    const zone = await createZone('alias.test');
    const alias = (HostedZoneId: string): route53.ResourceRecordSet => ({
      Name: 'alias.test',
      Type: 'A',
      AliasTarget: { HostedZoneId, DNSName: 'd111111abcdef8.cloudfront.net', EvaluateTargetHealth: false },
    });
    await expect(change(zone, 'CREATE', alias('Z1'))).rejects.toEqual(refused('InvalidChangeBatch', /target zone/));
    await change(zone, 'CREATE', alias('Z2FDTNDATAQYW2'));
    expect(await records(zone)).toContain('alias.test. A');
  });
});

describe('ACM', () => {
  test('a certificate is issued once its CNAMEs are in the account’s zone', async () => {
    const zone = await createZone('issued.test');
    const arn = await request('issued.test', 'www.issued.test');
    expect((await describeCertificate(arn)).DomainValidationOptions![0]!.ResourceRecord).toBeUndefined();
    pass(1_000);
    const options = (await describeCertificate(arn)).DomainValidationOptions!;
    const set = (at: number) => {
      const { Name, Value } = options[at]!.ResourceRecord!;
      return change(zone, 'UPSERT', cname(Name!, Value!));
    };
    await set(0);
    const half = await describeCertificate(arn);
    expect([half.Status, ...half.DomainValidationOptions!.map((one) => one.ValidationStatus)]).toEqual([
      'PENDING_VALIDATION',
      'SUCCESS',
      'PENDING_VALIDATION',
    ]);
    await set(1);
    expect(await describeCertificate(arn)).toMatchObject({ Status: 'ISSUED', InUseBy: [] });
  });

  test('the record of a name is the same for each certificate, and a wildcard’s that of the name below it', async () => {
    const first = await recordOf(await request('same.test'));
    expect(await recordOf(await request('*.same.test'))).toEqual(first);
    expect(first.Name).toMatch(/^_[0-9a-f]{32}\.same\.test\.$/);
    expect(first.Value).toMatch(/\.acm-validations\.aws\.$/);
  });

  test('waits 72 hours for a record, and no longer', async () => {
    const arn = await request('late.test');
    pass(71 * HOUR_MS);
    expect((await describeCertificate(arn)).Status).toBe('PENDING_VALIDATION');
    pass(2 * HOUR_MS);
    expect((await describeCertificate(arn)).Status).toBe('VALIDATION_TIMED_OUT');
  });

  test('a CAA record that names others fails it', async () => {
    const arn = await request('www.caa.test');
    const { Name, Value } = await recordOf(arn);
    setOutside({ [Name]: { CNAME: [Value] }, 'caa.test': { CAA: ['0 issue "letsencrypt.org"'] } });
    expect(await describeCertificate(arn)).toMatchObject({ Status: 'FAILED', FailureReason: 'CAA_ERROR' });
  });

  test('one that names Amazon too does not', async () => {
    const arn = await request('www.caa-too.test');
    const { Name, Value } = await recordOf(arn);
    const issuers = ['0 issue "letsencrypt.org"', '0 issue "amazonaws.com"'];
    setOutside({ [Name]: { CNAME: [Value] }, 'caa-too.test': { CAA: issuers } });
    expect((await describeCertificate(arn)).Status).toBe('ISSUED');
  });

  test('a repeated idempotency token answers the same certificate for an hour', async () => {
    const input = { DomainName: 'token.test', ValidationMethod: 'DNS' as const, IdempotencyToken: 'once' };
    const ask = async () => (await certificates().send(new acm.RequestCertificateCommand(input))).CertificateArn;
    const first = await ask();
    expect(await ask()).toBe(first);
    pass(2 * HOUR_MS);
    expect(await ask()).not.toBe(first);
  });

  test('has at most 10 names', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `n${index}.many.test`);
    await expect(request('many.test', ...names)).rejects.toBeInstanceOf(acm.LimitExceededException);
  });
});

describe('an alternate domain name', () => {
  const config = (aliases: string[], certificate?: string): cloudfront.DistributionConfig => ({
    CallerReference: `${Math.random()}`,
    Comment: '',
    Enabled: true,
    Aliases: { Quantity: aliases.length, Items: aliases },
    ...(certificate && { ViewerCertificate: { ACMCertificateArn: certificate, SSLSupportMethod: 'sni-only' } }),
    Origins: {
      Quantity: 1,
      Items: [
        {
          Id: 'here',
          DomainName: '127.0.0.1',
          CustomOriginConfig: {
            HTTPPort: (origin.address() as AddressInfo).port,
            HTTPSPort: 443,
            OriginProtocolPolicy: 'http-only',
          },
        },
      ],
    },
    DefaultCacheBehavior: {
      TargetOriginId: 'here',
      ViewerProtocolPolicy: 'redirect-to-https',
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
    },
  });
  const create = async (aliases: string[], certificate?: string) =>
    cdn().send(new cloudfront.CreateDistributionCommand({ DistributionConfig: config(aliases, certificate) }));
  const visit = (host: string) =>
    new Promise<string>((resolve, reject) => {
      get(`${cloud.endpoint}/x`, { headers: { host } }, async (response) => {
        response.setEncoding('utf8');
        resolve(`${response.statusCode} ${(await response.toArray()).join('')}`);
      }).on('error', reject);
    });

  test('answers at the edge, and its certificate cannot be deleted', async () => {
    const arn = await issue('live.test', '*.live.test');
    const { Distribution } = await create(['live.test', '*.live.test'], arn);
    pass(2_000);
    expect(await visit('WWW.live.test')).toBe('200 127.0.0.1 /x');
    expect(await visit('live.test:4566')).toBe('200 127.0.0.1 /x');
    expect(await visit('a.b.live.test')).not.toMatch(/^200/);
    expect((await describeCertificate(arn)).InUseBy).toEqual([Distribution!.ARN]);
    const remove = certificates().send(new acm.DeleteCertificateCommand({ CertificateArn: arn }));
    await expect(remove).rejects.toBeInstanceOf(acm.ResourceInUseException);
  });

  test('needs a certificate that covers it, is issued, and in us-east-1', async () => {
    const arn = await issue('covered.test', '*.covered.test');
    const refusedFor = (reason: RegExp) => refused('InvalidViewerCertificate', reason);
    await expect(create(['covered.test'])).rejects.toEqual(refusedFor(/must attach a trusted certificate/));
    await expect(create(['a.b.covered.test'], arn)).rejects.toEqual(refusedFor(/doesn't cover/));
    const pending = await request('pending.test');
    await expect(create(['pending.test'], pending)).rejects.toEqual(refusedFor(/isn't valid/));
    const elsewhere = arn.replace('us-east-1', 'eu-west-1');
    await expect(create(['covered.test'], elsewhere)).rejects.toEqual(refusedFor(/isn't in us-east-1/));
  });

  test('of another distribution is refused, and free once that lets it go', async () => {
    const arn = await issue('taken.test');
    const { Distribution, ETag } = await create(['taken.test'], arn);
    const refusal = refused('CNAMEAlreadyExists', /already associated with a different resource/);
    await expect(create(['taken.test'], arn)).rejects.toEqual(refusal);
    const DistributionConfig = { ...Distribution!.DistributionConfig!, Aliases: { Quantity: 0 } };
    await cdn().send(
      new cloudfront.UpdateDistributionCommand({ Id: Distribution!.Id, IfMatch: ETag, DistributionConfig }),
    );
    expect((await create(['taken.test'], arn)).Distribution!.DistributionConfig!.Aliases!.Items).toEqual([
      'taken.test',
    ]);
  });
});

test('by DNS: aliases, addresses of distributions, what the file says; and nothing for what nobody knows', async () => {
  const { HostedZone } = await dns().send(
    new route53.CreateHostedZoneCommand({ Name: 'asked.example', CallerReference: 'asked' }),
  );
  const AliasTarget = {
    HostedZoneId: 'Z2FDTNDATAQYW2',
    DNSName: 'e1.cloudfront.localhost:4566',
    EvaluateTargetHealth: false,
  };
  const ResourceRecordSet = { Name: 'www.asked.example', Type: 'A', AliasTarget } as const;
  const Changes = [{ Action: 'UPSERT', ResourceRecordSet }] as const;
  await dns().send(
    new route53.ChangeResourceRecordSetsCommand({
      HostedZoneId: HostedZone?.Id,
      ChangeBatch: { Changes: [...Changes] },
    }),
  );
  setOutside({ 'shop.example.org': { CNAME: ['e1.cloudfront.localhost'] }, 'top.example.org': { A: ['192.0.2.7'] } });
  const asked = createDns(`127.0.0.1:${cloud.port}`);
  expect(await asked.aliases('shop.example.org')).toEqual(['e1.cloudfront.localhost']);
  expect(await asked.addresses('www.asked.example')).toEqual(['127.0.0.1']);
  expect(await asked.addresses('e1.cloudfront.localhost')).toEqual(['127.0.0.1']);
  expect(await asked.addresses('TOP.example.org')).toEqual(['192.0.2.7']);
  expect(await asked.aliases('nobody.example.org')).toEqual([]);
  expect(await asked.namesOf('192.0.2.7')).toEqual([]);
});
