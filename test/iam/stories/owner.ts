/**
 * What an app's owner does besides pushing: secrets of other stores, a chat that hears, a failed build looked into and replayed,
 * names of the site's own, and the end of the app itself.
 */
import { TINY_BUILD, tinyAmplify } from '../../faults/site.ts';
import { startChatSink } from '../../support/chat-sink.ts';
import { Broken, type Files, type Teller } from '../teller.ts';

/** With what tests leave. */
const amplify = (build: string): Files => ({
  'amplify.yml': tinyAmplify(build, [
    'test:',
    '  phases: { test: { commands: ["mkdir -p results", "echo passed > results/all.txt"] } }',
    '  artifacts: { baseDirectory: results, files: ["**/*"] }',
  ]),
});
const NAME = 'www.example.com';

export async function tell(teller: Teller): Promise<void> {
  const { app, api, connect, push, begins, ends, visit } = teller;
  const chat = await startChatSink({
    '/busy': [{ status: 429, headers: { 'retry-after': '1' } }, { status: 200 }],
    '/closed': [{ status: 404 }],
  });
  try {
    await connect();
    await keepSecrets(teller);
    for (const path of ['/busy', '/closed']) {
      await api('POST', `/apps/${app}/notifications`, { kind: 'slack', url: chat.url(path) });
    }
    await push('stopped', amplify(TINY_BUILD));
    await begins('a deployment that is stopped');
    await push('first', amplify(TINY_BUILD));
    const first = await ends('the first deployment');
    await visit('first');
    await hear(teller, chat.received);
    await lookInto(first, teller);
    await push('second', amplify('exit 1'));
    const failed = await ends('the build that fails', 'failed');
    await replay(failed, teller);
    await nameIt(teller);
    await api('DELETE', `/apps/${app}`);
    await ends('the removal');
    await teller.until('the end of the app', async () => {
      const apps = await api<{ id: string }[]>('GET', '/apps');
      return apps.every(({ id }) => id !== app);
    });
  } finally {
    await chat.stop();
  }
}

async function keepSecrets({ towpath, app, api }: Teller): Promise<void> {
  const value = 'a secret of twenty characters';
  await towpath.aws('secretsmanager', 'CreateSecret', { Name: `towpath/dev/apps/${app}/vault`, SecretString: value });
  const own = `/towpath/dev/apps/${app}/own`;
  await towpath.aws('ssm', 'PutParameter', { Name: own, Value: `${value}, too`, Type: 'SecureString' });
  const refer = (name: string, store: string, to: string) =>
    api('PUT', `/apps/${app}/variables/${name}`, { given: { kind: 'reference', store, name: to } });
  await refer('VAULT', 'secrets-manager', `towpath/dev/apps/${app}/vault`);
  await refer('OWN', 'parameter-store', own);
}

/** A chat that was busy has it in the end; one that is not there is a problem of the app's. */
async function hear({ app, api, until }: Teller, received: (path: string) => unknown[]): Promise<void> {
  await until('what the busy chat is told', async () => received('/busy').length > 1);
  await until('the problem of a chat that is closed', async () => {
    const chats = await api<{ problem?: object }[]>('GET', `/apps/${app}/notifications`);
    return chats.some(({ problem }) => problem);
  });
}

/** What the build said and left, and what the functions said. */
async function lookInto(id: string, { site, api }: Teller): Promise<void> {
  const { lines } = await api<{ lines: string[] }>('GET', `/deployments/${id}/log`);
  if (lines.length === 0) throw new Broken('the build has no log');
  const { content } = await api<{ content: string }>('GET', `/deployments/${id}/artifacts/content?path=all.txt`);
  if (Buffer.from(content, 'base64').toString() !== 'passed\n') throw new Broken(`the tests left ${content}`);
  const logs = await api<{ lines: object[] }>('GET', `/sites/${site}/logs`);
  if (logs.lines.length === 0) throw new Broken('the functions said nothing');
}

/** It fails again. */
async function replay(id: string, { api, until }: Teller): Promise<void> {
  await api('POST', `/deployments/${id}/replay`);
  await until('the replay', async () => {
    const { status, redriveCount } = await api<{ status: string; redriveCount: number }>('GET', `/deployments/${id}`);
    return status === 'failed' && redriveCount > 0;
  });
}

/** A name in a zone of the account, and its end. */
async function nameIt({ towpath, site, api, until }: Teller): Promise<void> {
  await towpath.aws('route53', 'CreateHostedZone', { Name: 'example.com', CallerReference: site });
  const isLive = async () => {
    const { status, error } = await api<{ status: string; error?: { code: string } }>('GET', `/sites/${site}/domains`);
    if (status === 'failed') throw new Broken(`${NAME} fails: ${error?.code}`);
    return status === 'live';
  };
  await api('POST', `/sites/${site}/domains`, { names: [NAME] });
  await until(`${NAME}`, isLive);
  await api('DELETE', `/sites/${site}/domains/${NAME}`);
  await until(`the end of ${NAME}`, async () => (await api<object[]>('GET', '/domains')).length === 0);
}
