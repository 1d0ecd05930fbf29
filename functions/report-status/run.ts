/**
 * Tells Git hosts how the deployments of their commits stand, and why a pull request gets none, so that whoever begins or ends
 * one need not wait for a host. An event only says where to look: what is told is what the record says now, and told again when
 * the record moved meanwhile, so events that come late, twice or out of order end in the right status.
 */
import type { DeadLetter, QueueMessage } from '../../aws/queues.ts';
import type { AppStore } from '../../aws/table/apps.ts';
import type { DeploymentStore } from '../../aws/table/deployments.ts';
import { DeclinedPreview } from '../../domain/declined-preview.ts';
import type { DeploymentRecord } from '../../domain/deployment.ts';
import { parseEvent } from '../../domain/events.ts';
import { type Reported, reportStatus, type Send } from '../../githost/index.ts';
import { commentPreview } from './comment.ts';
import { commitStatus, declinedStatus } from './commit-status.ts';

export interface ReportStatusPorts {
  apps: Pick<AppStore, 'get' | 'setGitProblem'>;
  deployments: Pick<DeploymentStore, 'get'>;
  /** The app's token for the Git host, if it has one. */
  tokenOf: (app: string) => Promise<string | undefined>;
  send: Send;
  queue: { hide: (message: QueueMessage, seconds: number) => Promise<void> };
  deadLetters: { send: (body: string, why: DeadLetter) => Promise<void> };
  now: () => Date;
  log: (entry: object) => void;
}

/** A day, if the host asks for no longer pauses. */
const MAX_ATTEMPTS = 30;
const FIRST_PAUSE_SECONDS = 5;
/** A message can be hidden for 12 hours; a limit by the hour is over after one. */
const MAX_PAUSE_SECONDS = 3600;

const pauseOf = ({ attempt }: QueueMessage, askedSeconds: number) =>
  Math.min(Math.max(askedSeconds, FIRST_PAUSE_SECONDS * 2 ** (attempt - 1)), MAX_PAUSE_SECONDS);

/** A commit has few statuses to go through: one that moves on forever is none of ours. */
const MAX_ROUNDS = 6;

async function report(id: string, ports: ReportStatusPorts): Promise<Reported & { record?: DeploymentRecord }> {
  let told: string | undefined;
  let record = await ports.deployments.get(id);
  for (let round = 0; record && told !== record.status && round < MAX_ROUNDS; round++) {
    told = record.status;
    const parts = { send: ports.send, token: await ports.tokenOf(record.app) };
    // A commit has nothing to hear of its site's end; a pull request has.
    if (record.removes) {
      await commentPreview(record, { ...parts, log: ports.log });
      break;
    }
    const reported = await reportStatus(record, commitStatus(record), parts);
    if (reported.outcome !== 'set') return { ...reported, record };
    await commentPreview(record, { ...parts, log: ports.log });
    record = await ports.deployments.get(id);
  }
  return { outcome: 'set' };
}

/** A token that the host does not take any more stops what comes next, too: whoever looks at the app sees it. */
async function remember(id: string, reported: Reported, ports: ReportStatusPorts): Promise<void> {
  const app = await ports.apps.get(id);
  const refused = reported.outcome === 'refused' && reported.problem.code === 'GIT_TOKEN_REFUSED';
  if (!app || Boolean(app.gitProblem) === refused || reported.outcome === 'again') return;
  if (reported.outcome === 'set') return ports.apps.setGitProblem(id, undefined);
  const { code, message, remedy } = reported.problem;
  if (refused) await ports.apps.setGitProblem(id, { code, message, remedy, since: ports.now().toISOString() });
}

interface Answered {
  app: string;
  /** For the log. */
  about: object;
  reported: Reported;
}

async function reportDeclined(declined: DeclinedPreview, ports: ReportStatusPorts): Promise<Answered> {
  const { app, site, sha, repository } = declined;
  const parts = { send: ports.send, token: await ports.tokenOf(app) };
  const reported = await reportStatus({ repository, commit: { sha } }, declinedStatus(declined), parts);
  return { app, about: { site, sha }, reported };
}

/** Undefined for what is none of ours. */
async function tell(body: unknown, ports: ReportStatusPorts): Promise<Answered | undefined> {
  const declined = DeclinedPreview.safeParse(body);
  if (declined.success) return reportDeclined(declined.data, ports);
  const event = parseEvent(body);
  if (!event) return undefined;
  const { id, app } = event.detail.deployment;
  const { record, ...reported } = await report(id, ports);
  return { app, about: { deployment: id, status: record?.status }, reported };
}

/** True when the message is done with. */
async function handle(message: QueueMessage, ports: ReportStatusPorts): Promise<boolean> {
  const answered = await tell(JSON.parse(message.body), ports);
  if (!answered) return true;
  const { app, about, reported } = answered;
  await remember(app, reported, ports);
  if (reported.outcome === 'set') return true;
  const { code, message: reason, remedy } = reported.problem;
  ports.log({ level: 'warn', message: 'commit status not set', ...about, code, reason, remedy });
  if (reported.outcome === 'refused') return true;
  if (message.attempt < MAX_ATTEMPTS) {
    await ports.queue.hide(message, pauseOf(message, reported.afterSeconds));
    return false;
  }
  await ports.deadLetters.send(message.body, { code, reason, attempts: message.attempt });
  return true;
}

/** The messages that have to come again. */
export async function run(messages: QueueMessage[], ports: ReportStatusPorts): Promise<QueueMessage[]> {
  const done = await Promise.all(
    messages.map((message) =>
      handle(message, ports).catch(async (error: Error) => {
        ports.log({ level: 'error', message: 'commit status not handled', id: message.id, reason: String(error) });
        // Without this, it would come again when its visibility time-out is over.
        await ports.queue.hide(message, pauseOf(message, 0)).catch(() => undefined);
        return false;
      }),
    ),
  );
  return messages.filter((_, index) => !done[index]);
}
