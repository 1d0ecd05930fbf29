/**
 * From a Git host's delivery to deployments: verify the raw body, find the apps of that repository and branch, record a
 * deployment for each, and start it unless the site is busy. A delivery counts as seen once all of that is done, so one
 * that failed half-way may come again.
 */

import type { AppStore } from '../../aws/table/apps.ts';
import type { DeliveryStore } from '../../aws/table/deliveries.ts';
import type { App } from '../../domain/app.ts';
import type { GitHostKind } from '../../domain/deployment.ts';
import { type GitHost, gitHost, type Headers, type Push } from '../../githost/index.ts';
import { type DeployPorts, deploy, type Started } from './deploy.ts';

export interface ReceiveWebhookPorts extends DeployPorts {
  /** What deliveries are signed with. */
  secret: () => Promise<string>;
  apps: Pick<AppStore, 'ofRepository'>;
  deliveries: Pick<DeliveryStore, 'seen' | 'record'>;
  log: (entry: object) => void;
}

export interface WebhookRequest {
  /** The `{host}` of the path. */
  host: string;
  /** Names in lower case. */
  headers: Headers;
  rawBody: Uint8Array;
}

export interface WebhookAnswer {
  status: number;
  body: { message: string } | { ignored: string } | { deployments: Started[] };
}

const SKIP = /\[skip-cd\]\s*$/;

/** Why this push asks for nothing, if so. */
function skipReason(push: Push, apps: App[], deployed: App[]): string | undefined {
  const { host, name } = push.repository;
  if (apps.length === 0) return `no app is connected to ${host} repository ${name}`;
  if (deployed.length === 0)
    return `branch ${push.branch} of ${name} is not deployed by ${apps.map(({ id }) => id).join(', ')}`;
  if (SKIP.test(push.message)) return 'the commit message ends with [skip-cd]';
  return undefined;
}

async function handlePush(push: Push, kind: GitHostKind, ports: ReceiveWebhookPorts): Promise<WebhookAnswer> {
  const [seen, apps] = await Promise.all([
    ports.deliveries.seen(kind, push.deliveryId),
    ports.apps.ofRepository(kind, push.repository.name),
  ]);
  if (seen) return ignore('this delivery was already handled', push, ports);
  const deployed = apps.filter(({ branches }) => branches.includes(push.branch));
  const reason = skipReason(push, apps, deployed);
  if (reason) return ignore(reason, push, ports);

  const deployments = await Promise.all(deployed.map((app) => deploy(app, push, ports)));
  await ports.deliveries.record(kind, push.deliveryId, ports.now().getTime() / 1000);
  ports.log({ level: 'info', message: 'push accepted', delivery: push.deliveryId, commit: push.sha, deployments });
  return { status: 202, body: { deployments } };
}

function ignore(reason: string, about: object, { log }: ReceiveWebhookPorts): WebhookAnswer {
  log({ level: 'info', message: 'delivery ignored', reason, about });
  return { status: 202, body: { ignored: reason } };
}

/** Whether the delivery is genuine; `false` costs the sender nothing and records nothing. */
const isGenuine = async (host: GitHost, { rawBody, headers }: WebhookRequest, secret: () => Promise<string>) =>
  host.verify(rawBody, headers, await secret());

export async function run(request: WebhookRequest, ports: ReceiveWebhookPorts): Promise<WebhookAnswer> {
  const host = gitHost(request.host);
  if (!host) return { status: 404, body: { message: `There is no Git host "${request.host}".` } };
  if (!(await isGenuine(host, request, ports.secret))) {
    ports.log({ level: 'warn', message: 'delivery refused: wrong or missing signature', host: request.host });
    return { status: 401, body: { message: 'The signature is missing or wrong.' } };
  }
  const event = host.parsePush(request.headers, request.rawBody);
  if (event.kind === 'ignored') return ignore(event.reason, { host: request.host }, ports);
  return handlePush(event, request.host as GitHostKind, ports);
}
