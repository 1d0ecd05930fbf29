/**
 * From a Git host's delivery to deployments: verify the raw body, find the apps of that repository, and do for each what the
 * change asks for: record a deployment and start it unless the site is busy, take a site away, or nothing. A delivery
 * counts as seen once all of that is done, so one that failed half-way may come again. Whatever is not deployed is logged and
 * kept with its reason, which is the answer, too, when nothing is: hosts show it beside the delivery.
 */

import type { AppStore } from '../../aws/table/apps.ts';
import type { DeliveryStore } from '../../aws/table/deliveries.ts';
import type { IgnoredStore } from '../../aws/table/ignored.ts';
import type { App } from '../../domain/app.ts';
import type { GitHostKind } from '../../domain/deployment.ts';
import { TowpathError } from '../../domain/errors.ts';
import { previewBranch, siteIdOf } from '../../domain/site.ts';
import { type Change, gitHost, type Ignored } from '../../githost/index.ts';
import { type DeployPorts, deploy, type Started, type Wanted } from '../../lifecycle/deploy.ts';
import type { Removal } from '../../lifecycle/remove.ts';
import { type Decision, decide } from './decide.ts';
import { genuineChanges, type SignedDelivery, type SpeakerPorts } from './speaker.ts';

export interface ReceiveWebhookPorts extends DeployPorts, SpeakerPorts {
  apps: Pick<AppStore, 'ofRepository'>;
  deliveries: Pick<DeliveryStore, 'seen' | 'record'>;
  ignored: Pick<IgnoredStore, 'put'>;
  removeSite: (site: string) => Promise<Removal>;
  /** The commit that a branch points at; for hosts that tell only its beginning. */
  headOf: (app: App, branch: string) => Promise<string>;
  log: (entry: object) => void;
}

export interface WebhookRequest extends SignedDelivery {
  /** The `{host}` of the path. */
  host: string;
}

export interface WebhookAnswer {
  status: number;
  body: { message: string } | { ignored: string } | { deployments: (Started | Removal)[] };
}

type Meant = Exclude<Change, Ignored>;

const branchOf = (change: Meant) => (change.kind === 'pull-request' ? previewBranch(change.number) : change.branch);

/** Keeps why nothing happens where its app is looked at; answers it. */
async function ignore(app: App, change: Meant, reason: string, ports: ReceiveWebhookPorts): Promise<string> {
  const about = { id: ports.newId(), app: app.id, at: ports.now().toISOString(), branch: branchOf(change) };
  await ports.ignored.put({ ...about, sha: 'sha' in change ? change.sha : undefined, reason });
  return reason;
}

/** Answers what was begun, or why nothing was. */
async function carryOut(decision: Decision, change: Meant, ports: ReceiveWebhookPorts) {
  const { app } = decision;
  if (decision.do === 'nothing') return ignore(app, change, decision.reason, ports);
  if (decision.do === 'remove') {
    const site = siteIdOf(app.id, decision.branch);
    if (await ports.sites.get(site)) return ports.removeSite(site);
    return ignore(app, change, `${decision.branch} is no more, and had no site`, ports);
  }
  const { wanted } = decision;
  try {
    const commit: Wanted = { ...wanted, sha: wanted.sha ?? (await ports.headOf(app, wanted.branch)) };
    return await deploy(app, commit, ports);
  } catch (error) {
    // Nothing that a host says or does not say may be an error of ours; reconcile looks at the branch again.
    if (error instanceof TowpathError) return ignore(app, change, error.message, ports);
    throw error;
  }
}

async function handleChange(change: Meant, connected: App[], ports: ReceiveWebhookPorts) {
  const decisions = decide(change, connected);
  if ('kind' in decisions) return [decisions.reason];
  return Promise.all(decisions.map((decision) => carryOut(decision, change, ports)));
}

async function handle(changes: Change[], kind: GitHostKind, ports: ReceiveWebhookPorts): Promise<WebhookAnswer> {
  const meant = changes.filter((change) => change.kind !== 'ignored');
  const [first] = meant;
  const reasons = changes.flatMap((change) => (change.kind === 'ignored' ? [change.reason] : []));
  if (!first) return answerIgnored(reasons, { host: kind }, ports);
  const { deliveryId, repository } = first;
  const about = { host: kind, repository: repository.name, delivery: deliveryId };
  const [seen, connected] = await Promise.all([
    ports.deliveries.seen(kind, deliveryId),
    ports.apps.ofRepository(kind, repository.name),
  ]);
  if (seen) return answerIgnored(['this delivery was already handled'], about, ports);

  const results = (await Promise.all(meant.map((change) => handleChange(change, connected, ports)))).flat();
  reasons.push(...results.filter((result) => typeof result === 'string'));
  const deployments = results.filter((result) => typeof result !== 'string');
  const ignored = answerIgnored([...new Set(reasons)], about, ports);
  if (deployments.length === 0) return ignored;
  await ports.deliveries.record(kind, deliveryId, ports.now().getTime() / 1000);
  ports.log({ level: 'info', message: 'delivery accepted', delivery: deliveryId, deployments });
  return { status: 202, body: { deployments } };
}

/** Logs each reason, and answers them. */
function answerIgnored(reasons: string[], about: object, { log }: ReceiveWebhookPorts): WebhookAnswer {
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
