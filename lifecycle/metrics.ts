/** A deployment that has ended, in figures: how long it and its steps took, and what failed. Pure. */
import type { DeploymentRecord, TimelineEntry } from '../domain/deployment.ts';
import { embeddedMetrics } from '../domain/metrics.ts';

type Ended = Pick<DeploymentRecord, 'status' | 'startedAt' | 'finishedAt' | 'createdAt'>;

/** Undefined for what has not both ends. */
function secondsOf({ startedAt, finishedAt }: { startedAt?: string; finishedAt?: string }): number | undefined {
  if (!startedAt || !finishedAt) return undefined;
  return Math.max(0, (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000);
}

const of = (name: string, seconds: number | undefined): Record<string, [number, 'Seconds']> =>
  seconds === undefined ? {} : { [name]: [seconds, 'Seconds'] };

/** One line for the deployment, and one for each of its steps. */
export function metricLines(stage: string, deployment: Ended, timeline: TimelineEntry[], at: number): object[] {
  const { status } = deployment;
  const steps = timeline.map((entry) =>
    embeddedMetrics({
      at,
      dimensions: { Stage: stage, Step: entry.step },
      metrics: { ...of('StepDuration', secondsOf(entry)), StepFailures: [entry.status === 'failed' ? 1 : 0, 'Count'] },
    }),
  );
  const whole = embeddedMetrics({
    at,
    dimensions: { Stage: stage },
    metrics: {
      Deployments: [1, 'Count'],
      DeploymentFailures: [status === 'failed' ? 1 : 0, 'Count'],
      DeploymentsSuperseded: [status === 'superseded' ? 1 : 0, 'Count'],
      ...of('DeploymentDuration', status === 'succeeded' ? secondsOf(deployment) : undefined),
    },
  });
  return [whole, ...steps];
}
