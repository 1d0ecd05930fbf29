/** From an execution's end to what is remembered of its deployment. Pure. */
import * as z from 'zod';
import type { Execution } from '../aws/executions.ts';
import { buildFailure } from '../domain/build-failure.ts';
import type { DeploymentRecord, DeploymentStatus, TimelineEntry } from '../domain/deployment.ts';

export type Failure = NonNullable<DeploymentRecord['error']>;

const STATUSES: Record<Execution['status'], DeploymentStatus> = {
  RUNNING: 'running',
  PENDING_REDRIVE: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'failed',
  ABORTED: 'aborted',
};

/** A fence that says no, and a stop for a newer deployment, end the execution; but nothing went wrong. */
export function statusOf(execution: Pick<Execution, 'status' | 'error' | 'output'>): DeploymentStatus {
  const { status, error } = execution;
  if ((status === 'FAILED' || status === 'ABORTED') && error === 'SUPERSEDED') return 'superseded';
  return status === 'SUCCEEDED' && unchangedSince(execution) !== undefined ? 'skipped' : STATUSES[status];
}

/** The parts of the final state that are looked at; see domain/pipeline.ts. */
const Output = z
  .object({
    detection: z.object({ unchangedSince: z.string().optional() }).optional(),
    site: z.object({ distributionDomain: z.string() }).optional(),
    package: z.object({ release: z.string() }).optional(),
  })
  .catch({});
const Build = z.object({
  TimeoutInMinutes: z.number().optional(),
  Phases: z.array(
    z.object({
      PhaseType: z.string(),
      PhaseStatus: z.string().optional(),
      Contexts: z.array(z.object({ Message: z.string().optional() })).optional(),
    }),
  ),
});
/** Of a Lambda's error, or of a build: bare, or under its name as where it succeeds. */
const Cause = z
  .object({ errorMessage: z.string().optional(), Build: Build.optional(), ...Build.partial().shape })
  .catch({});

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}

const unchangedSince = (execution: Pick<Execution, 'output'>) => outputOf(execution).detection?.unchangedSince;

export const outputOf = ({ output }: Pick<Execution, 'output'>) => Output.parse(parseJson(output));

function failureOfBuild({ Phases, TimeoutInMinutes }: z.output<typeof Build>): Failure {
  const phases = Phases.map(({ PhaseType, PhaseStatus, Contexts }) => ({
    type: PhaseType,
    status: PhaseStatus,
    reason: Contexts?.find(({ Message }) => Message)?.Message,
  }));
  return { ...buildFailure(phases, TimeoutInMinutes), step: 'Build' };
}

const TIMED_OUT = 'States.Timeout';

/** Which step failed: the last that says so, else the one that was at work when the end came. */
const stepAtEnd = (timeline: TimelineEntry[]) =>
  timeline.findLast(({ status }) => status === 'failed') ?? timeline.findLast(({ status }) => status === 'running');

/** Why nothing was deployed. */
const nothingChanged = (since: string): Failure => ({
  code: 'UNCHANGED',
  message: `Nothing that this app is built from has changed since commit ${since.slice(0, 7)}, which is live.`,
  remedy: 'To build every commit, set the variable AMPLIFY_DIFF_DEPLOY to false.',
});

/** Why the execution did not succeed. The step's own entry knows most; the execution's cause is there when it wrote none. */
export function failureOf(execution: Execution, timeline: TimelineEntry[]): Failure {
  const { status, error, cause } = execution;
  const since = unchangedSince(execution);
  if (since !== undefined) return nothingChanged(since);
  const last = stepAtEnd(timeline);
  const step = last?.step;
  if (status === 'ABORTED') return { code: error ?? 'ABORTED', message: cause || 'The deployment was stopped.', step };
  const { errorMessage, Build, Phases, TimeoutInMinutes } = Cause.parse(parseJson(cause));
  const build = Build ?? (Phases && { Phases, TimeoutInMinutes });
  if (build) return failureOfBuild(build);
  if (last?.error && last.error.code === error) return { ...last.error, step };
  if (status === 'TIMED_OUT' || error === TIMED_OUT) {
    return {
      code: 'TIMED_OUT',
      message: `${step ?? 'The deployment'} took longer than it may.`,
      remedy: 'Replay the deployment.',
      step,
    };
  }
  return { code: error ?? 'UNKNOWN', message: errorMessage ?? cause ?? 'The execution gave no reason.', step };
}
