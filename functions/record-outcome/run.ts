/**
 * Writes a deployment's course to the table, gives its site's slot on, and tells the Git host and the event bus.
 *
 * EventBridge is best effort: events may be dropped, doubled and out of order. So an event only says where to look, the
 * execution is asked itself, and the record moves only forward. Giving the slot on and starting the next deployment is
 * repeated with every event, for both do nothing the second time; what others are told, they are told once.
 */
import type { Distributions } from '../../aws/distributions.ts';
import type { Execution, Executions } from '../../aws/executions.ts';
import type { DeploymentStore, StatusChange } from '../../aws/table/deployments.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import type { SlotStore } from '../../aws/table/slots.ts';
import type { TimelineStore } from '../../aws/table/timeline.ts';
import { Deployment, type DeploymentRecord, isFinal, type TimelineEntry } from '../../domain/deployment.ts';
import { type DeployInput, PIPELINE_VERSION } from '../../domain/pipeline.ts';
import type { CommitStatus } from '../../githost/index.ts';
import { commitStatus } from './commit-status.ts';
import { type Failure, failureOf, outputOf, siteUrl, statusOf } from './outcome.ts';

export interface RecordOutcomePorts {
  executions: Pick<Executions, 'describe' | 'start'>;
  deployments: Pick<DeploymentStore, 'get' | 'advance'>;
  timeline: Pick<TimelineStore, 'list' | 'finish'>;
  slots: Pick<SlotStore, 'release'>;
  sites: Pick<SiteStore, 'get'>;
  distributions: Pick<Distributions, 'find'>;
  emit: (kind: string, detail: object) => Promise<void>;
  /** Never rejects. */
  report: (deployment: DeploymentRecord, status: CommitStatus) => Promise<void>;
  /** `https://{domain}` */
  siteUrlPattern: string;
  now: () => Date;
  log: (entry: object) => void;
}

export interface ExecutionEvent {
  executionArn: string;
  /** The execution's name: the deployment's id. */
  name: string;
}

/** The name that the distribution has now; the state's own copy if it cannot be found. */
async function urlOf(deployment: DeploymentRecord, execution: Execution, ports: RecordOutcomePorts) {
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
  ports: RecordOutcomePorts,
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

async function changeOf(
  deployment: DeploymentRecord,
  execution: Execution,
  ports: RecordOutcomePorts,
): Promise<StatusChange> {
  const status = statusOf(execution);
  const about = { status, redriveCount: execution.redriveCount, executionArn: execution.arn };
  if (!isFinal(status)) return { ...about, startedAt: execution.startedAt?.toISOString() };

  const timeline = await ports.timeline.list(deployment.id);
  const finishedAt = (execution.stoppedAt ?? ports.now()).toISOString();
  const error = status === 'succeeded' ? undefined : failureOf(execution, timeline);
  await closeTimeline(deployment.id, timeline, finishedAt, error, ports);
  if (error) return { ...about, finishedAt, error };
  const release = outputOf(execution).package?.release ?? deployment.id;
  return { ...about, finishedAt, release, url: await urlOf(deployment, execution, ports) };
}

/** The next deployment of the site, if one waits: `start` of one that runs already changes nothing. */
async function startNext({ site, id }: DeploymentRecord, ports: RecordOutcomePorts) {
  const { running } = await ports.slots.release(site, id);
  const next = running && running !== id ? await ports.deployments.get(running) : undefined;
  if (next?.status !== 'queued') return;
  const input: DeployInput = { version: PIPELINE_VERSION, deployment: Deployment.parse(next) };
  await ports.executions.start(next.id, input);
  ports.log({ level: 'info', message: 'waiting deployment started', deployment: next.id, site });
}

const KINDS = {
  running: 'started',
  succeeded: 'succeeded',
  failed: 'failed',
  superseded: 'superseded',
  aborted: 'aborted',
} as const;

async function tell(id: string, change: StatusChange, ports: RecordOutcomePorts) {
  const deployment = await ports.deployments.get(id);
  if (!deployment || change.status === 'queued') return;
  await ports.report(deployment, commitStatus(deployment));
  await ports.emit(`deployment.${KINDS[change.status]}`, { deployment });
}

export async function run({ executionArn, name }: ExecutionEvent, ports: RecordOutcomePorts): Promise<void> {
  const [deployment, execution] = await Promise.all([
    ports.deployments.get(name),
    ports.executions.describe(executionArn),
  ]);
  if (!deployment) {
    ports.log({ level: 'warn', message: 'execution without a deployment', execution: executionArn });
    return;
  }
  const change = await changeOf(deployment, execution, ports);
  const moved = await ports.deployments.advance(name, change);
  if (isFinal(change.status)) await startNext(deployment, ports);
  if (moved) await tell(name, change, ports);
}
