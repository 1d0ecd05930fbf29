/**
 * From a Git host's delivery to deployments: verify the raw body, find the apps of that repository and its branches, record
 * a deployment for each, and start it unless the site is busy. A delivery counts as seen once all of that is done, so one
 * that failed half-way may come again. Whatever is not deployed is logged with its reason, which is the answer, too, when
 * nothing is: hosts show it beside the delivery.
 */

import type { AppStore } from '../../aws/table/apps.ts';
import type { DeliveryStore } from '../../aws/table/deliveries.ts';
import type { App } from '../../domain/app.ts';
import type { GitHostKind } from '../../domain/deployment.ts';
import { gitHost, type Ignored, type Push } from '../../githost/index.ts';
import { type DeployPorts, deploy, type Started } from '../../lifecycle/deploy.ts';
import { genuineChanges, isSameServer, type SignedDelivery, type SpeakerPorts } from './speaker.ts';

export interface ReceiveWebhookPorts extends DeployPorts, SpeakerPorts {
  apps: Pick<AppStore, 'ofRepository'>;
  deliveries: Pick<DeliveryStore, 'seen' | 'record'>;
  log: (entry: object) => void;
}

export interface WebhookRequest extends SignedDelivery {
  /** The `{host}` of the path. */
  host: string;
}

export interface WebhookAnswer {
  status: number;
  body: { message: string } | { ignored: string } | { deployments: Started[] };
}

/** Amplify's marker counts at the end of the message only, that of other CI systems anywhere. */
const SKIP_MARKERS: [marker: RegExp, reason: string][] = [
  [/\[skip-cd\]\s*$/, 'the commit message ends with [skip-cd]'],
  [/\[(skip ci|ci skip)\]/i, 'the commit message has [skip ci]'],
];

/** A commit message may have megabytes; a deployment travels as an item of 400 KB and a state of 256 KiB. */
const MAX_MESSAGE_LENGTH = 1_000;

interface Decision {
  push: Push;
  apps: App[];
}

/** The apps that this push deploys, or why there are none. */
function decide(push: Push, connected: App[]): Decision | Ignored {
  const no = (reason: string): Ignored => ({ kind: 'ignored', reason });
  const { host, name, url } = push.repository;
  if (connected.length === 0) return no(`no app is connected to ${host} repository ${name}`);
  const named = connected.map(({ id }) => id).join(', ');
  const here = connected.filter(({ repository }) => isSameServer(repository, push.repository));
  if (here.length === 0) return no(`${named} is connected to ${name} at another server than ${new URL(url).origin}`);
  const apps = here.filter(({ branches }) => branches.includes(push.branch));
  if (apps.length === 0) return no(`branch ${push.branch} of ${name} is not deployed by ${named}`);
  const marked = SKIP_MARKERS.find(([marker]) => marker.test(push.message));
  return marked ? no(marked[1]) : { push, apps };
}

const shortened = (push: Push): Push => ({
  ...push,
  message: push.message.slice(0, MAX_MESSAGE_LENGTH).toWellFormed(),
});

const isPush = (change: Push | Ignored): change is Push => change.kind === 'push';

async function handle(changes: (Push | Ignored)[], kind: GitHostKind, ports: ReceiveWebhookPorts) {
  const pushes = changes.filter(isPush);
  const [first] = pushes;
  if (!first) return answerIgnored(changes, { host: kind }, ports);
  const { deliveryId, repository } = first;
  const about = { host: kind, repository: repository.name, delivery: deliveryId };
  const [seen, connected] = await Promise.all([
    ports.deliveries.seen(kind, deliveryId),
    ports.apps.ofRepository(kind, repository.name),
  ]);
  if (seen) return answerIgnored([{ kind: 'ignored', reason: 'this delivery was already handled' }], about, ports);

  const decisions = changes.map((change) => (isPush(change) ? decide(change, connected) : change));
  const wanted = decisions.filter((decision) => 'apps' in decision);
  const ignored = answerIgnored(decisions, about, ports);
  if (wanted.length === 0) return ignored;

  const deployments = await Promise.all(
    wanted.flatMap(({ push, apps }) => apps.map((app) => deploy(app, shortened(push), ports))),
  );
  await ports.deliveries.record(kind, deliveryId, ports.now().getTime() / 1000);
  const commits = wanted.map(({ push }) => push.sha);
  ports.log({ level: 'info', message: 'push accepted', delivery: deliveryId, commits, deployments });
  return { status: 202, body: { deployments } };
}

/** Logs each reason, and answers them. */
function answerIgnored(decisions: (Decision | Push | Ignored)[], about: object, { log }: ReceiveWebhookPorts) {
  const reasons = decisions.flatMap((decision) => ('reason' in decision ? [decision.reason] : []));
  for (const reason of reasons) log({ level: 'info', message: 'delivery ignored', reason, about });
  return { status: 202, body: { ignored: reasons.join('; ') } };
}

export async function run(request: WebhookRequest, ports: ReceiveWebhookPorts): Promise<WebhookAnswer> {
  const host = gitHost(request.host);
  if (!host) return { status: 404, body: { message: `There is no Git host "${request.host}".` } };
  const changes = await genuineChanges(host, request, ports);
  if (!changes) {
    ports.log({ level: 'warn', message: 'delivery refused: wrong or missing signature', host: request.host });
    return { status: 401, body: { message: 'The signature is missing or wrong.' } };
  }
  return handle(changes, request.host as GitHostKind, ports);
}
