/**
 * What runs by the clock, where no event of Step Functions ever arrives: reconcile settles each deployment, starts what waits, works on
 * names that nobody began, and ends the app; prune and reap take away what nobody needs. The site has a page that grows stale.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDomainStore } from '../../../aws/table/domains.ts';
import { SiteDomains, withNames } from '../../../domain/custom-domain.ts';
import { resourceNames } from '../../../domain/site.ts';
import { messageOf } from '../../../edge/isr/queue.ts';
import type { Traps } from '../../../local-cloud/index.ts';
import type { Teller } from '../teller.ts';

/** Elsewhere than the edge functions: what is allowed for these alone does not do for the regional ones. */
export const REGION = 'eu-south-1';
export const TRAPS: Traps = { statusEvents: { seed: 1, dropped: 1 } };

const STALE_AFTER_SECONDS = { 'revalidate.txt': '3600' };
const DEAD_LETTERS = 'towpath-dev-regeneration-dead.fifo';
const NAME = 'www.example.com';

export async function tell(teller: Teller): Promise<void> {
  const { app, site, api, connect, push, begins, ends, visit, invoke } = teller;
  const reconciled = (what: string) => ends(what, 'succeeded', () => invoke('reconcile'));
  await connect();
  await api('PATCH', `/apps/${app}/retention`, { releases: 1, days: 0 });
  await push('stopped', STALE_AFTER_SECONDS);
  await begins('a deployment that is stopped');
  await push('first', STALE_AFTER_SECONDS);
  await reconciled('the first deployment');
  await visit('first');
  await push('second', STALE_AFTER_SECONDS);
  await reconciled('the second deployment');
  await push('third', STALE_AFTER_SECONDS);
  const live = await reconciled('the third deployment');
  await growStale(live, teller);
  await forgottenNames(teller);
  for (const method of ['PUT', 'DELETE']) {
    await api(method, `/sites/${site}/access`, method === 'PUT' ? {} : undefined);
    const switched = await reconciled(`the ${method} of a password`);
    // It built nothing.
    await api('GET', `/deployments/${switched}/artifacts`);
  }
  await invoke('prune');
  await api('DELETE', `/apps/${app}`);
  await teller.until('the end of the app', async () => {
    await invoke('reconcile');
    const apps = await api<{ id: string }[]>('GET', '/apps');
    return apps.every(({ id }) => id !== app);
  });
  await invoke('reap');
}

/** A page that was found stale, and one that could not be rendered anew. */
async function growStale(release: string, { towpath, site, until }: Teller): Promise<void> {
  const { cloud, aws } = towpath;
  const { accountId, region, endpoint } = cloud;
  const { regenerationQueue } = resourceNames({ stage: 'dev', accountId, region }, site);
  const about = messageOf({ release, key: '/', generatedAt: 1 });
  for (const queue of [regenerationQueue, DEAD_LETTERS]) {
    const QueueUrl = `${endpoint}/${accountId}/${queue}`;
    await aws('sqs', 'SendMessage', { QueueUrl, ...about });
    await until(`the end of ${queue}`, async () => {
      const { Attributes } = await aws<{ Attributes: Record<string, string> }>('sqs', 'GetQueueAttributes', {
        QueueUrl,
        AttributeNames: ['All'],
      });
      const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Attributes;
      return ApproximateNumberOfMessages === '0' && ApproximateNumberOfMessagesNotVisible === '0';
    });
  }
}

/** Kept, and then the machine that was to see to them never started. */
async function forgottenNames({ towpath, app, site, api, until, invoke }: Teller): Promise<void> {
  const { cloud } = towpath;
  await towpath.aws('route53', 'CreateHostedZone', { Name: 'example.com', CallerReference: site });
  const table = new DynamoDBClient({ endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials });
  const client = DynamoDBDocumentClient.from(table, { marshallOptions: { removeUndefinedValues: true } });
  const updatedAt = new Date().toISOString();
  const none = SiteDomains.parse({ site, app, names: [], revision: 1, status: 'live', updatedAt });
  try {
    const store = createDomainStore({ client, name: String(cloud.outputs.TableName) });
    await store.put(withNames(none, [NAME], updatedAt), undefined);
  } finally {
    table.destroy();
  }
  await invoke('reconcile');
  await until(NAME, async () => (await api<{ status: string }>('GET', `/sites/${site}/domains`)).status === 'live');
}
