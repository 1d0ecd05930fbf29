/** The Build state has no Lambda of its own: CodeBuild's events write its timeline entry. */
import type { TimelineStore } from '../../aws/table/timeline.ts';
import { buildFailure } from '../../domain/build-failure.ts';
import type { TimelineEntry } from '../../domain/deployment.ts';
import type { BuildEvent } from './build-event.ts';

export interface RecordBuildPorts {
  timeline: Pick<TimelineStore, 'start' | 'progress' | 'finish' | 'list'>;
  log: (entry: object) => void;
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html#sample-build-notifications-ref */
const ENDS = ['SUCCEEDED', 'FAILED', 'FAULT', 'STOPPED', 'TIMED_OUT'];
/** SUBMITTED and COMPLETED have no duration that tells anything. */
const TIMED_PHASES = ['INSTALL', 'PRE_BUILD', 'BUILD', 'POST_BUILD', 'UPLOAD_ARTIFACTS'];

type Information = BuildEvent['detail']['additional-information'];

function figuresOf(buildId: string, { logs, phases }: Information): TimelineEntry['figures'] {
  const figures: TimelineEntry['figures'] = { buildId };
  if (logs?.['group-name']) figures.logGroup = logs['group-name'];
  if (logs?.['stream-name']) figures.logStream = logs['stream-name'];
  for (const phase of phases) {
    const seconds = phase['duration-in-seconds'];
    if (seconds !== undefined && TIMED_PHASES.includes(phase['phase-type']))
      figures[`${phase['phase-type']} s`] = seconds;
  }
  return figures;
}

function errorOf(status: string, { phases, ...about }: Information): NonNullable<TimelineEntry['error']> {
  if (status === 'STOPPED') return { code: 'BUILD_STOPPED', message: 'The build was stopped.' };
  const told = phases.map((phase) => ({
    type: phase['phase-type'],
    status: phase['phase-status'],
    // Each is `CODE: text`; a phase without a problem has `     : `.
    reason: phase['phase-context'].map((text) => text.replace(/^[A-Z_\s]*:\s*/, '').trim()).find(Boolean),
  }));
  return buildFailure(told, about['timeout-in-minutes']);
}

export async function run({ time, detail }: BuildEvent, { timeline, log }: RecordBuildPorts): Promise<void> {
  const information = detail['additional-information'];
  const variables = information.environment['environment-variables'];
  const deployment = variables.find(({ name }) => name === 'TOWPATH_DEPLOYMENT_ID')?.value;
  if (!deployment) {
    log({ level: 'warn', message: 'build without a deployment', build: detail['build-id'] });
    return;
  }
  const at = new Date(time).toISOString();
  const status = detail['build-status'];
  const known = (await timeline.list(deployment)).find(({ step }) => step === 'Build');
  // Events come twice and out of order: an older one than what is written says nothing new.
  if (known?.finishedAt && known.finishedAt >= at) return;
  const figures = figuresOf(detail['build-id'].split('/').at(-1) ?? '', information);

  if (status === undefined) return progress(deployment, { at, figures, known }, timeline);
  if (status === 'IN_PROGRESS') await timeline.start(deployment, 'Build', at);
  if (!ENDS.includes(status)) return;
  await timeline.finish(deployment, 'Build', {
    status: status === 'SUCCEEDED' ? 'succeeded' : 'failed',
    finishedAt: at,
    figures,
    ...(status !== 'SUCCEEDED' && { error: errorOf(status, information) }),
  });
}

interface Progress {
  at: string;
  figures: TimelineEntry['figures'];
  known: TimelineEntry | undefined;
}

/** A phase is over. The first such event that knows the log's place lets it be read while the build still writes it. */
async function progress(
  deployment: string,
  { at, figures, known }: Progress,
  timeline: RecordBuildPorts['timeline'],
): Promise<void> {
  if (!known || known.startedAt > at || Object.keys(figures).length <= Object.keys(known.figures).length) return;
  await timeline.progress(deployment, 'Build', figures);
}
