/** A site's own names, from "domain add" to their removal: in a zone of the account, and in one of somebody else. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDomainStore } from '../../aws/table/domains.ts';
import { answer, connect } from '../../cli/api.ts';
import { type SiteDomains, withNames } from '../../domain/custom-domain.ts';
import { type Inventory, inventoryOf } from '../support/inventory.ts';
import {
  beginJourney,
  commitAll,
  type Deployed,
  denials,
  deployFolder,
  type Journey,
  makeRepository,
  writeFiles,
} from '../support/journey.ts';
import { runCli } from '../support/run-cli.ts';
import { lockKeeper, tinyApp } from '../support/tiny-app.ts';
import { until } from '../support/until.ts';
import { visit as visitAs } from '../support/visit.ts';

const TIMEOUT = 300_000;
const SITE = 'tiny-main';

let journey: Journey;
let folder: string;
let environment: Record<string, string>;
let first: Deployed;
let queue: string;
let empty: Inventory;

const inventory = () => inventoryOf(journey.workspace.cloud);
const deploy = () => deployFolder(journey, folder, { app: 'tiny', environment });
const towpath = (...args: string[]) => runCli([...args, '--data', join(journey.folder, 'data')]);
const domainsOf = async (...args: string[]) => {
  const ran = await towpath('domain', ...args, '--json');
  return JSON.parse(ran.out) as SiteDomains;
};
const aws = <Output>(service: string, operation: string, input: object) => {
  const { cloud } = journey.workspace;
  const arn = `arn:aws:iam::${cloud.accountId}:root`;
  return cloud.call<Output>(service, operation, input, { accountId: cloud.accountId, arn, region: 'us-east-1' });
};
const createZone = (name: string) => aws('route53', 'CreateHostedZone', { Name: name, CallerReference: name });

/** DNS of zones that are not in the account. */
function setOutside(records: object): void {
  const route53 = join(journey.folder, 'data', 'cloud', 'route53');
  mkdirSync(route53, { recursive: true });
  writeFileSync(join(route53, 'outside.json'), JSON.stringify(records));
}
async function reconcile(): Promise<void> {
  const { endpoint, region, credentials } = journey.workspace.cloud;
  const lambda = new LambdaClient({ endpoint, region, credentials });
  const { FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: 'towpath-control-dev-reconcile' }));
  lambda.destroy();
  expect(FunctionError).toBeUndefined();
}
/** The status, where it leads to, and the body. */
const visit = async (host: string, path = '/') => {
  const { status, headers, body } = await visitAs(journey.workspace.cloud.endpoint, host, path);
  return [status, headers.location ?? [], body].flat().join(' ');
};

beforeAll(async () => {
  journey = await beginJourney();
  mkdirSync(join(journey.folder, 'lock'));
  environment = lockKeeper(join(journey.folder, 'lock')).environment;
  const app = tinyApp('named');
  folder = await makeRepository(join(journey.folder, 'tiny'), {
    ...app,
    'vendor/next/bin.js': `${app['vendor/next/bin.js']}\nwriteFileSync('out/address.txt', process.env.TOWPATH_SITE_URL);`,
  });
  await createZone('example.com');
  queue = await listen();
  empty = await inventory();
  first = await deploy();
}, TIMEOUT);
afterAll(() => journey?.end());

test(
  'in a zone of the account everything is done: certificate, records, and the site answers',
  async () => {
    expect(first.status).toBe('succeeded');
    expect(await (await fetch(`${first.url}/address.txt`)).text()).toMatch(
      /^http:\/\/[a-z0-9]+\.cloudfront\.localhost:\d+$/,
    );
    const added = await towpath('domain', 'add', 'example.com', 'www.example.com', '--site', SITE, '--wait');
    expect([added.code, added.out]).toEqual([0, `example.com, www.example.com → ${SITE}: live\n`]);
    expect(added.err).toContain('waits for validation');
    for (const name of ['example.com', 'www.example.com']) expect(await visit(name)).toContain('200 <h1>named</h1>');
    const { records } = await inventory();
    expect(records).toEqual(expect.arrayContaining(['example.com. A', 'example.com. AAAA', 'www.example.com. A']));
  },
  TIMEOUT,
);

test(
  'a later deployment keeps the names',
  async () => {
    writeFiles(folder, { 'title.txt': 'still named' });
    await commitAll(folder, 'again');
    const again = await deploy();
    expect(again.status).toBe('succeeded');
    expect(await visit('www.example.com')).toContain('still named');
    // What is told of it links the name.
    const api = connect(journey.workspace.running);
    const { url } = await answer(api.deployments[':id'].$get({ param: { id: again.deploymentId } }));
    expect(url).toBe('http://example.com');
    // And so does what was built of it, in place of the address that the first build was told.
    expect(await visit('www.example.com', '/address.txt')).toBe('200 http://example.com');
    // This machine's resolver knows nothing of it: here it has the address that it had before.
    expect(again.url).toBe(first.url);
    expect((await towpath('open', SITE)).out.trim()).toBe(first.url);
  },
  TIMEOUT,
);

test(
  'names that were asked for while nobody began to work on them are seen to by reconcile; a wildcard is among them',
  async () => {
    const { endpoint, region, credentials, outputs } = journey.workspace.cloud;
    const table = new DynamoDBClient({ endpoint, region, credentials });
    const client = DynamoDBDocumentClient.from(table, { marshallOptions: { removeUndefinedValues: true } });
    const store = createDomainStore({ client, name: String(outputs.TableName) });
    const before = (await store.get(SITE)) as SiteDomains;
    const asked = withNames(before, [...before.names, '*.pages.example.com'], new Date().toISOString());
    expect(await store.put(asked, before.revision)).toBe(true);
    await reconcile();
    expect(await untilStatus('live')).toMatchObject({ revision: asked.revision, names: asked.names });
    expect(await visit('any.pages.example.com')).toContain('still named');
    table.destroy();
    const left = await towpath('domain', 'remove', '*.pages.example.com', '--site', SITE, '--wait');
    expect([left.code, left.out]).toEqual([0, expect.stringContaining(': live')]);
    expect((await inventory()).records?.filter((name) => name.includes('pages'))).toEqual([]);
  },
  TIMEOUT,
);

test(
  'one name leads to the other, by a rule of its own',
  async () => {
    const rules = join(journey.folder, 'rules.json');
    writeFileSync(rules, '[{ "source": "https://example.com", "target": "https://www.example.com", "status": "301" }]');
    expect((await towpath('settings', 'tiny', '--rewrites', rules)).code).toBe(0);
    expect((await towpath('redeploy', SITE)).code).toBe(0);
    expect(await visit('example.com', '/a?b=c')).toContain('301 https://www.example.com/a?b=c');
    expect(await visit('www.example.com')).toContain('still named');
  },
  TIMEOUT,
);

test(
  'outside of the account it says which records to set, and goes on once they are',
  async () => {
    await towpath('domain', 'add', 'shop.example.org', '--site', SITE);
    const validating = await untilStatus('validating');
    const missing = validating.records.filter(({ zone, purpose }) => zone === undefined && purpose === 'validation');
    expect(missing.map(({ name }) => name)).toEqual([expect.stringMatching(/^_[0-9a-f]{32}\.shop\.example\.org\.$/)]);
    const shown = await towpath('domain', 'status', SITE);
    expect(shown.out).toContain('set them at your DNS host');
    expect(shown.out).toContain(`${missing[0]?.name}  CNAME  ${missing[0]?.value}`);
    // What was live before goes on.
    expect(await visit('www.example.com')).toContain('still named');

    setOutside({ [String(missing[0]?.name)]: { CNAME: [missing[0]?.value] } });
    await untilStatus('pointing');
    expect(await visit('shop.example.org')).toContain('still named');
    const { out } = await towpath('domain', 'list');
    expect(out).toContain('waits for DNS: not every name leads to the site yet\n  Not here yet: shop.example.org.');
    const [, distribution] = /shop\.example\.org {2}ALIAS or CNAME {2}(\S+cloudfront\.localhost)/.exec(out) ?? [];
    await reconcile();
    expect((await current()).status).toBe('pointing');
    setOutside({
      [String(missing[0]?.name)]: { CNAME: [missing[0]?.value] },
      'shop.example.org': { CNAME: [distribution] },
    });
    await reconcile();
    expect((await current()).status).toBe('live');
    // The certificate of two names went with its last user.
    expect((await inventory()).certificates).toHaveLength(1);
  },
  TIMEOUT,
);

test('each new name is told once', async () => {
  expect(await told()).toEqual([['example.com', 'www.example.com'], ['*.pages.example.com'], ['shop.example.org']]);
});

test(
  'a certificate that is not issued says what to do, and a removal makes up for it',
  async () => {
    const begun = await domainsOf('add', 'caa.example.com', '--site', SITE);
    expect(begun.names).toHaveLength(4);
    const zone = await aws<{ HostedZones: { Id: string }[] }>('route53', 'ListHostedZones', {});
    await aws('route53', 'ChangeResourceRecordSets', caaOf(String(zone.HostedZones[0]?.Id), 'CREATE'));
    const failed = await untilStatus('failed');
    expect(failed.error).toMatchObject({
      code: 'CERTIFICATE_NOT_ISSUED',
      message: expect.stringContaining('CAA_ERROR'),
      remedy: expect.stringContaining('amazon.com'),
    });
    expect((await towpath('domain', 'status', SITE)).out).toContain('CERTIFICATE_NOT_ISSUED');
    await aws('route53', 'ChangeResourceRecordSets', caaOf(String(zone.HostedZones[0]?.Id), 'DELETE'));
    const left = await towpath('domain', 'remove', 'caa.example.com', '--site', SITE, '--wait');
    expect([left.code, left.out]).toEqual([0, expect.stringContaining(': live')]);
  },
  TIMEOUT,
);

test(
  'a name that another distribution has is refused with what to do',
  async () => {
    await occupy('taken.example.com');
    await domainsOf('add', 'taken.example.com', '--site', SITE);
    const { error } = await untilStatus('failed');
    expect(error).toMatchObject({ code: 'DOMAIN_TAKEN', message: expect.stringContaining('CNAMEAlreadyExists') });
    expect((await towpath('domain', 'remove', 'taken.example.com', '--site', SITE, '--wait')).code).toBe(0);
    const refused = await towpath('domain', 'add', 'https://example.com', '--site', SITE);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('www.example.com')]);
    expect((await towpath('domain', 'add', 'x.example.com', '--site', 'nobody-main')).err).toContain(
      'no site nobody-main',
    );
  },
  TIMEOUT,
);

test(
  'a removed site leaves no record and no certificate',
  async () => {
    expect((await towpath('remove', SITE, '--yes')).code).toBe(0);
    expect(await told()).toEqual([]);
    const left = await inventory();
    expect(left.records).toEqual(empty.records);
    // Edge functions, which the rule needed, go when CloudFront has no copies of them any more.
    const items = left.items?.filter((item) => !item.startsWith('TOMBSTONES'));
    expect([left.certificates, items]).toEqual([
      [expect.stringContaining('certificate/')],
      ['APP#tiny APP', 'APP#tiny SETTINGS', 'APP#tiny VARIABLE#app#LOCK_FOLDER', 'REPOSITORY#git#tiny APP#tiny'],
    ]);
    expect(await visit('www.example.com')).not.toMatch(/^200/);
    expect(denials(journey)).toEqual([]);
  },
  TIMEOUT,
);

/** A queue of the events `domain.ready`. */
async function listen(): Promise<string> {
  const { accountId, outputs } = journey.workspace.cloud;
  const EventBusName = outputs.EventBusName;
  const Arn = `arn:aws:sqs:us-east-1:${accountId}:domains`;
  const Statement = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: Arn,
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  const { QueueUrl } = await aws<{ QueueUrl: string }>('sqs', 'CreateQueue', {
    QueueName: 'domains',
    Attributes: { Policy },
  });
  const EventPattern = JSON.stringify({ source: ['towpath'], 'detail-type': ['domain.ready'] });
  await aws('events', 'PutRule', { Name: 'domains', EventBusName, EventPattern });
  await aws('events', 'PutTargets', { Rule: 'domains', EventBusName, Targets: [{ Id: 'queue', Arn }] });
  return QueueUrl;
}

/** The names of each event since the last time. */
async function told(): Promise<string[][]> {
  const names: string[][] = [];
  for (;;) {
    const received = await aws<{ Messages?: { Body: string; ReceiptHandle: string }[] }>('sqs', 'ReceiveMessage', {
      QueueUrl: queue,
      WaitTimeSeconds: 1,
    });
    if (!received.Messages?.length) return names;
    for (const { Body, ReceiptHandle } of received.Messages) {
      names.push((JSON.parse(Body) as { detail: { names: string[] } }).detail.names);
      await aws('sqs', 'DeleteMessage', { QueueUrl: queue, ReceiptHandle });
    }
  }
}

const current = () =>
  answer<SiteDomains>(
    connect(journey.workspace.running).sites[':site'].domains.$get({ param: { site: SITE } }) as never,
  );

const untilStatus = (wanted: SiteDomains['status']): Promise<SiteDomains> =>
  until(async () => {
    const found = await current();
    return found.status === wanted && found;
  });

const caaOf = (HostedZoneId: string, Action: string) => ({
  HostedZoneId,
  ChangeBatch: {
    Changes: [
      {
        Action,
        ResourceRecordSet: {
          Name: 'caa.example.com.',
          Type: 'CAA',
          TTL: 60,
          ResourceRecords: [{ Value: '0 issue "letsencrypt.org"' }],
        },
      },
    ],
  },
});

/** Somebody's distribution with a certificate of its own. */
async function occupy(name: string): Promise<void> {
  const { CertificateArn } = await aws<{ CertificateArn: string }>('acm', 'RequestCertificate', {
    DomainName: name,
    ValidationMethod: 'DNS',
  });
  const { HostedZones } = await aws<{ HostedZones: { Id: string }[] }>('route53', 'ListHostedZones', {});
  type Described = { Certificate: { DomainValidationOptions: { ResourceRecord?: { Name: string; Value: string } }[] } };
  const record = await until(async () => {
    const { Certificate } = await aws<Described>('acm', 'DescribeCertificate', { CertificateArn });
    return Certificate.DomainValidationOptions[0]?.ResourceRecord;
  });
  const ResourceRecordSet = { Name: record.Name, Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: record.Value }] };
  await aws('route53', 'ChangeResourceRecordSets', {
    HostedZoneId: HostedZones[0]?.Id,
    ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet }] },
  });
  const cachePolicy = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
  const CustomOriginConfig = { HTTPPort: 80, HTTPSPort: 443, OriginProtocolPolicy: 'http-only' };
  await aws('cloudfront', 'CreateDistribution', {
    DistributionConfig: {
      CallerReference: name,
      Comment: 'somebody else',
      Enabled: true,
      Aliases: { Quantity: 1, Items: [name] },
      ViewerCertificate: { ACMCertificateArn: CertificateArn, SSLSupportMethod: 'sni-only' },
      Origins: { Quantity: 1, Items: [{ Id: 'here', DomainName: '127.0.0.1', CustomOriginConfig }] },
      DefaultCacheBehavior: { TargetOriginId: 'here', ViewerProtocolPolicy: 'allow-all', CachePolicyId: cachePolicy },
    },
  });
}
