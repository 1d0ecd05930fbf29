/**
 * Writes how a deployment's execution stands to the table, gives its site's slot on, and tells the Git host and the bus.
 *
 * EventBridge is best effort: events may be dropped, doubled and out of order. So an event only says where to look, the
 * execution is asked itself, and the record moves only forward. Giving the slot on and starting the next deployment is
 * repeated with every event, for both do nothing the second time; what others are told, they are told once.
 * functions/record-outcome calls this for every event, functions/reconcile for every deployment whose event was lost.
 */
import type { Distributions } from '../aws/distributions.ts';
import type { Execution, Executions } from '../aws/executions.ts';
import type { DeploymentStore, StatusChange } from '../aws/table/deployments.ts';
import type { DomainStore } from '../aws/table/domains.ts';
import type { SlotStore } from '../aws/table/slots.ts';
import type { TimelineStore } from '../aws/table/timeline.ts';
import { shownName } from '../domain/custom-domain.ts';
import { type DeploymentRecord, isFinal, releaseOf, type TimelineEntry } from '../domain/deployment.ts';
import { siteUrl } from './address.ts';
import { type BeginPorts, begin, yieldToWaiting } from './begin.ts';
import { metricLines } from './metrics.ts';
import { type Failure, failureOf, outputOf, statusOf } from './outcome.ts';
import { promotionRecord, releaseToRestore, ulidAfter } from './promotion.ts';
import { passSlot } from './slot.ts';
import { tell } from './tell.ts';

export interface SettlePorts extends BeginPorts {
  executions: Pick<Executions, 'describe' | 'start' | 'stop' | 'arnOf'>;
  deployments: Pick<DeploymentStore, 'create' | 'get' | 'advance' | 'isBegunBy'>;
  timeline: Pick<TimelineStore, 'list' | 'finish' | 'clearFailed'>;
  slots: Pick<SlotStore, 'request' | 'release' | 'take' | 'handOver'>;
  distributions: Pick<Distributions, 'find'>;
  domains: Pick<DomainStore, 'get'>;
  /** What is left to do for a site that is gone. Repeated, it does the same again. */
  afterRemoval: (removal: DeploymentRecord) => Promise<void>;
  /** `https://{domain}` */
  siteUrlPattern: string;
  stage: string;
}

export interface ExecutionEvent {
  executionArn: string;
  /** The execution's name: the deployment's id. */
  name: string;
  redriveCount?: number;
}

/** The site's own name, else the one that the distribution has now; the state's own copy if it cannot be found. */
async function urlOf(deployment: DeploymentRecord, execution: Execution, ports: SettlePorts) {
  const domains = await ports.domains.get(deployment.site);
  const own = domains && shownName(domains);
  if (own !== undefined) return siteUrl(ports.siteUrlPattern, own);
  const site = await ports.sites.get(deployment.site);
  const distribution = site?.distributionId ? await ports.distributions.find(site.distributionId) : undefined;
  const domain = distribution?.domain ?? outputOf(execution).site?.distributionDomain ?? site?.distributionDomain;
  return domain && siteUrl(ports.siteUrlPattern, domain);
}

/** A step whose own last word is missing, for it ran out of time or its event was lost, ends with the execution. */
async function closeTimeline(
  id: string,
  timeline: TimelineEntry[],
  finishedAt: string,
  failure: Failure | undefined,
  ports: SettlePorts,
) {
  for (const [index, { step, status, figures }] of timeline.entries()) {
    if (status !== 'running') continue;
    const next = timeline[index + 1];
    const failed = failure && !next;
    await ports.timeline.finish(id, step, {
      status: failed ? 'failed' : 'succeeded',
      finishedAt: next?.startedAt ?? finishedAt,
      figures,
      ...(failed && { error: { code: failure.code, message: failure.message, remedy: failure.remedy } }),
    });
  }
}

async function changeOf(deployment: DeploymentRecord, execution: Execution, ports: SettlePorts): Promise<StatusChange> {
  const status = statusOf(execution);
  // The event of the beginning may have been lost.
  const startedAt = execution.startedAt?.toISOString();
  const about = { status, redriveCount: execution.redriveCount, executionArn: execution.arn, startedAt };
  if (!isFinal(status)) return about;

  const timeline = await ports.timeline.list(deployment.id);
  const finishedAt = (execution.stoppedAt ?? ports.now()).toISOString();
  const error = status === 'succeeded' ? undefined : failureOf(execution, timeline);
  await closeTimeline(deployment.id, timeline, finishedAt, status === 'skipped' ? undefined : error, ports);
  if (error) return { ...about, finishedAt, error };
  if (deployment.removes) return { ...about, finishedAt };
  const release = outputOf(execution).package?.release ?? releaseOf(deployment);
  return { ...about, finishedAt, release, url: await urlOf(deployment, execution, ports) };
}

/**
 * An execution runs. One that was redriven past us, by the AWS console or CLI, takes its site's slot now, or is stopped;
 * whatever it does until then, the fence protects the site.
 */
async function keepSlot(deployment: DeploymentRecord, execution: Execution, ports: SettlePorts): Promise<boolean> {
  if (execution.redriveCount > 0) {
    const slot = await ports.slots.take(deployment.site, deployment.id);
    if (!slot.taken) {
      const cause = `Deployment ${slot.by} of this site runs: replay this one once that has ended.`;
      await ports.executions.stop(execution.arn, 'SITE_BUSY', cause);
      return false;
    }
  }
  await yieldToWaiting(deployment.site, ports);
  return true;
}

/** The release before comes back, ahead of what waits: with the failed deployment's number, so that it outranks no push. */
async function restore(failed: DeploymentRecord, release: string, at: Date, ports: SettlePorts): Promise<void> {
  const made = await ports.deployments.get(release);
  if (made?.status !== 'succeeded') return;
  const id = ulidAfter(at, failed.id, failed.redriveCount);
  const identity = { id, number: failed.number, createdAt: at.toISOString(), insteadOf: failed.id };
  await ports.deployments.create(promotionRecord(made, identity));
  const slot = await ports.slots.handOver(failed.site, failed.id, id);
  if (slot === 'handed over') return;
  if (slot === 'passed') {
    const message = `Deployment ${failed.id} was redriven and has passed: there is nothing to undo.`;
    const finishedAt = ports.now().toISOString();
    await ports.deployments.advance(id, { status: 'superseded', finishedAt, error: { code: 'SUPERSEDED', message } });
    return;
  }
  const recorded = await ports.deployments.get(id);
  if (recorded?.status === 'queued') await begin(recorded, ports);
}

async function followUp(
  deployment: DeploymentRecord,
  execution: Execution,
  change: StatusChange,
  ports: SettlePorts,
): Promise<void> {
  const ended = { ...deployment, ...change };
  const site = change.status === 'failed' ? await ports.sites.get(deployment.site) : undefined;
  const release = site && releaseToRestore(ended, site);
  if (release) await restore(ended, release, execution.stoppedAt ?? ports.now(), ports);
  if (deployment.removes && change.status === 'succeeded') await ports.afterRemoval(deployment);
  await passSlot(deployment.site, deployment.id, ports);
}

/**
 * A quick end, of a redrive too, may be seen before its beginning, whose event is late or lost, and overtakes the next try of one
 * that moved the deployment but failed before it told: whoever moved it tells that it began.
 */
async function tellBeginning(
  { id, status, redriveCount: known }: DeploymentRecord,
  { arn, redriveCount, startedAt }: Execution,
  ports: SettlePorts,
  movedBy: string | undefined,
): Promise<void> {
  const begun = { redriveCount, executionArn: arn, startedAt: startedAt?.toISOString(), movedBy };
  const moved =
    status === 'queued' || redriveCount > known
      ? await ports.deployments.advance(id, { ...begun, status: 'running' })
      : movedBy !== undefined && (await ports.deployments.isBegunBy(id, movedBy));
  const recorded = moved && (await ports.deployments.get(id));
  if (recorded) await tell({ ...recorded, status: 'running', finishedAt: undefined, error: undefined }, ports);
}

/** Applies what an execution is known to be. `movedBy` is the same for all tries of one event: what one moved, another tells. */
export async function settleAs(
  deployment: DeploymentRecord,
  execution: Execution,
  ports: SettlePorts,
  movedBy?: string,
): Promise<void> {
  const { id } = deployment;
  const change = { ...(await changeOf(deployment, execution, ports)), movedBy };
  if (isFinal(change.status)) await tellBeginning(deployment, execution, ports, movedBy);
  const moved = await ports.deployments.advance(id, change);
  if (isFinal(change.status)) await followUp(deployment, execution, change, ports);
  else {
    const keeps = await keepSlot(deployment, execution, ports);
    // One that is stopped failed where it failed before: that is how a replay knows what to do.
    if (keeps && moved && execution.redriveCount > 0) await ports.timeline.clearFailed(id);
  }
  const told = moved && (await ports.deployments.get(id));
  if (!told) return;
  if (isFinal(told.status)) {
    const timeline = await ports.timeline.list(id);
    for (const line of metricLines(ports.stage, told, timeline, ports.now().getTime())) ports.log(line);
  }
  await tell(told, ports);
}

/** Asks the execution that an event is about. One of a stranger's is left alone. For `movedBy` see settleAs. */
export async function settle(
  { executionArn, name, redriveCount = 0 }: ExecutionEvent,
  ports: SettlePorts,
  movedBy?: string,
) {
  const [deployment, execution] = await Promise.all([
    ports.deployments.get(name),
    ports.executions.describe(executionArn),
  ]);
  if (!deployment) {
    ports.log({ level: 'warn', message: 'execution without a deployment', execution: executionArn });
    return;
  }
  // DescribeExecution is eventually consistent; Lambda delivers the event again.
  if (!execution || execution.redriveCount < redriveCount)
    throw new Error(`execution ${executionArn} is not yet described as its event says`);
  await settleAs(deployment, execution, ports, movedBy);
}
