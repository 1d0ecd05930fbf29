/** Towpath on a laptop: the control plane in the local cloud, and the embedded Git host that pushes go to. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type LocalCloud, startLocalCloud } from '../local-cloud/index.ts';
import { startLocalGit } from '../local-git/index.ts';
import { packageControlPlane } from '../scripts/package.ts';
import { announce, type Running, withdraw } from './running.ts';

export interface Workspace {
  running: Running;
  cloud: LocalCloud;
  stop(): Promise<void>;
}

export interface WorkspaceOptions {
  /** Everything durable is in here. */
  folder: string;
  /** The local cloud's port; the Git host takes the next one. 0 for any two. */
  port: number;
  log: (line: string) => void;
}

export async function startWorkspace({ folder, port, log }: WorkspaceOptions): Promise<Workspace> {
  const { template, artifacts } = await packageControlPlane(log);
  mkdirSync(folder, { recursive: true });
  const cloud = await startLocalCloud({
    folder: join(folder, 'cloud'),
    port,
    template,
    artifacts,
    parameters: {
      SiteUrlPattern: 'http://{domain}',
      NotificationNetworks: '127.0.0.0/8,::1/128',
      NotificationPauses: '1,2,4',
    },
    log,
  });
  try {
    const api = `${cloud.endpoint}/_execute-api/${cloud.outputs.HttpApiId}`;
    const [webhookSecret, token] = await readSecrets(cloud);
    const git = await startLocalGit({
      folder: join(folder, 'git'),
      port: port === 0 ? 0 : port + 1,
      webhook: () => ({ url: `${api}/hooks/git`, secret: webhookSecret }),
      log,
    });
    const running: Running = { pid: process.pid, endpoint: cloud.endpoint, api, token, git: git.url };
    announce(folder, running);
    return {
      running,
      cloud,
      stop: async () => {
        withdraw(folder);
        await git.stop();
        await cloud.stop();
      },
    };
  } catch (error) {
    await cloud.stop();
    throw error;
  }
}

async function readSecrets({
  endpoint,
  region,
  credentials,
  outputs,
}: LocalCloud): Promise<[webhook: string, token: string]> {
  const client = new SecretsManagerClient({ endpoint, region, credentials });
  const read = async (id: string | undefined) => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
    if (!SecretString) throw new Error(`the secret ${id} has no value`);
    return SecretString;
  };
  try {
    return [await read(outputs.WebhookSecretName), await read(outputs.ApiTokenSecretName)];
  } finally {
    client.destroy();
  }
}
