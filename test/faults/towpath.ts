/** A Towpath of its own for fault runs: local cloud and Git host in this process, and a queue that hears every event. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalCloud, startLocalCloud, type Traps } from '../../local-cloud/index.ts';
import type { Caller } from '../../local-cloud/service.ts';
import { type LocalGit, startLocalGit } from '../../local-git/index.ts';
import type { PackagedControlPlane } from '../../scripts/package.ts';

export interface Towpath {
  folder: string;
  cloud: LocalCloud;
  git: LocalGit;
  /** The HTTP API, and what opens it. */
  api: string;
  token: string;
  /** Connects an app to a repository of its own at the Git host; answers the repository's address. */
  connect(app: string): Promise<string>;
  /** An AWS operation as root, without the wire and so beside all faults. */
  aws<Output>(service: string, operation: string, input?: object): Promise<Output>;
  /** What Towpath has told its event bus so far, in the order of arrival. */
  events(): Promise<TowpathEvent[]>;
  /** Whether every status event of Step Functions arrives: only then is each change of a deployment told. */
  hearsAll: boolean;
  log: string[];
  stop(): Promise<void>;
}

export interface TowpathEvent {
  kind: string;
  deployment: string;
}

/** CloudFront's minutes, shortened: a fault run waits for hundreds of changes. */
const PROPAGATION_MILLISECONDS = 100;
/** Likewise the seconds between the tries of a step. */
const RETRY_HASTE = 10;
const OBSERVER = 'observed-events';

export async function startTowpath(
  folder: string,
  { template, artifacts }: PackagedControlPlane,
  { traps = {}, region }: { traps?: Traps; region?: string } = {},
): Promise<Towpath> {
  mkdirSync(folder, { recursive: true });
  const log: string[] = [];
  const cloud = await startLocalCloud({
    folder: join(folder, 'cloud'),
    region,
    template,
    artifacts,
    parameters: (port) => ({
      SiteUrlPattern: 'http://{domain}',
      Alarms: 'off',
      NotificationNetworks: '127.0.0.0/8',
      NotificationPauses: '1,2,4',
      NameServers: `127.0.0.1:${port}`,
    }),
    traps: { propagationMilliseconds: PROPAGATION_MILLISECONDS, retryHaste: RETRY_HASTE, ...traps },
    log: (line) => log.push(line),
  });
  const root: Caller = {
    accountId: cloud.accountId,
    arn: `arn:aws:iam::${cloud.accountId}:root`,
    region: cloud.region,
  };
  const aws: Towpath['aws'] = (service, operation, input = {}) => cloud.call(service, operation, input, root);
  const api = `${cloud.endpoint}/_execute-api/${cloud.outputs.HttpApiId}`;
  const secret = async (id: string | undefined) =>
    (await aws<{ SecretString: string }>('secretsmanager', 'GetSecretValue', { SecretId: id })).SecretString;
  const [webhookSecret, token, events] = await Promise.all([
    secret(cloud.outputs.WebhookSecretName),
    secret(cloud.outputs.ApiTokenSecretName),
    observe(aws, cloud.outputs.EventBusName),
  ]);
  const git = await startLocalGit({
    folder: join(folder, 'git'),
    webhook: () => ({ url: `${api}/hooks/git`, secret: webhookSecret }),
    log: (line) => log.push(line),
  });
  return {
    folder,
    cloud,
    git,
    api,
    token,
    log,
    aws,
    events,
    hearsAll: !traps.statusEvents?.dropped,
    async connect(app) {
      const { remoteUrl } = await git.createRepository(app);
      const body = JSON.stringify({ repository: { host: 'git', name: app, url: remoteUrl }, branches: ['main'] });
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const answer = await fetch(`${api}/v1/apps/${app}`, { method: 'PUT', headers, body });
      if (!answer.ok) throw new Error(`the app ${app} was refused with ${answer.status}: ${await answer.text()}`);
      return remoteUrl;
    },
    async stop() {
      await git.stop();
      await cloud.stop();
    },
  };
}

async function observe(aws: Towpath['aws'], bus: string | undefined): Promise<Towpath['events']> {
  const { QueueUrl } = await aws<{ QueueUrl: string }>('sqs', 'CreateQueue', {
    QueueName: OBSERVER,
    Attributes: {
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: '*',
          },
        ],
      }),
    },
  });
  const { Attributes } = await aws<{ Attributes: { QueueArn: string } }>('sqs', 'GetQueueAttributes', {
    QueueUrl,
    AttributeNames: ['QueueArn'],
  });
  const rule = { Name: OBSERVER, EventBusName: bus, EventPattern: JSON.stringify({ source: ['towpath'] }) };
  await aws('events', 'PutRule', rule);
  await aws('events', 'PutTargets', {
    Rule: OBSERVER,
    EventBusName: bus,
    Targets: [{ Id: 'queue', Arn: Attributes.QueueArn }],
  });
  const heard: TowpathEvent[] = [];
  return async () => {
    for (;;) {
      const { Messages = [] } = await aws<{ Messages?: { Body: string; ReceiptHandle: string }[] }>(
        'sqs',
        'ReceiveMessage',
        { QueueUrl, MaxNumberOfMessages: 10 },
      );
      if (Messages.length === 0) return heard;
      for (const { Body, ReceiptHandle } of Messages) {
        const event = JSON.parse(Body) as { 'detail-type': string; detail: { deployment: { id: string } } };
        heard.push({ kind: event['detail-type'], deployment: event.detail.deployment.id });
        await aws('sqs', 'DeleteMessage', { QueueUrl, ReceiptHandle });
      }
    }
  };
}
