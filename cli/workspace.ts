/** Towpath on a laptop: the control plane in the local cloud, and the embedded Git host that pushes go to. */
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type LocalCloud, LocalCloudError, startLocalCloud, type Traps } from '../local-cloud/index.ts';
import { PortInUseError, startLocalGit } from '../local-git/index.ts';
import { packageControlPlane } from '../scripts/package.ts';
import { CliError } from './errors.ts';
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
  /** Where the control plane is; us-east-1 unless said. */
  region?: string;
  /** What the local cloud shall do by chance or for a while, as AWS does. */
  traps?: Traps;
}

/** A port in use, a corrupt folder: what the person at the terminal can mend is a CliError. */
export async function startWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  try {
    return await start(options);
  } catch (error) {
    const isMendable = error instanceof LocalCloudError || error instanceof PortInUseError;
    throw isMendable ? new CliError(error.message, 1, { cause: error }) : error;
  }
}

async function start({ folder, port, log, traps, region }: WorkspaceOptions): Promise<Workspace> {
  const { template, artifacts } = await packageControlPlane(log);
  const cloud = await startLocalCloud({
    folder: join(folder, 'cloud'),
    port,
    region,
    template,
    artifacts,
    parameters: (port) => ({
      SiteUrlPattern: 'http://{domain}',
      // CloudWatch's alarms and dashboards are not emulated.
      Alarms: 'off',
      NotificationNetworks: '127.0.0.0/8,::1/128',
      NotificationPauses: '1,2,4',
      NameServers: `127.0.0.1:${port}`,
    }),
    traps,
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
