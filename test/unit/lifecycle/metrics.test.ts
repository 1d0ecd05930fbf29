/** What CloudWatch makes of the lines, by the rules of its embedded metric format. */
import { expect, test } from '@jest/globals';
import type { TimelineEntry } from '../../../domain/deployment.ts';
import { webhookMetrics } from '../../../functions/receive-webhook/metrics.ts';
import { metricLines } from '../../../lifecycle/metrics.ts';

interface Embedded {
  _aws: {
    Timestamp: number;
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
  };
  [member: string]: unknown;
}

/** `Towpath/Stage=dev/DeploymentDuration` → figure and unit. */
function metricsIn(lines: object[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of lines as Embedded[]) {
    const { CloudWatchMetrics, Timestamp } = line._aws;
    expect(Number.isInteger(Timestamp)).toBe(true);
    for (const { Namespace, Dimensions, Metrics } of CloudWatchMetrics) {
      for (const names of Dimensions) {
        const dimensions = names.map((name) => {
          expect(typeof line[name]).toBe('string');
          return `${name}=${line[name]}`;
        });
        for (const { Name, Unit } of Metrics) {
          expect(typeof line[Name]).toBe('number');
          found[[Namespace, ...dimensions, Name].join('/')] = `${line[Name]} ${Unit}`;
        }
      }
    }
  }
  return found;
}

const at = (second: number) => new Date(Date.parse('2026-11-20T10:00:00Z') + second * 1000).toISOString();
const entry = (
  step: TimelineEntry['step'],
  status: TimelineEntry['status'],
  from: number,
  to?: number,
): TimelineEntry => ({
  step,
  status,
  startedAt: at(from),
  finishedAt: to === undefined ? undefined : at(to),
  figures: {},
});

test('a deployment that succeeded has its duration, and that of each step', () => {
  const ended = { status: 'succeeded', createdAt: at(0), startedAt: at(1), finishedAt: at(61.5) } as const;
  const lines = metricLines('dev', ended, [entry('Detect', 'succeeded', 1, 3), entry('Build', 'succeeded', 3, 50)], 1);
  expect(metricsIn(lines)).toEqual({
    'Towpath/Stage=dev/Deployments': '1 Count',
    'Towpath/Stage=dev/DeploymentFailures': '0 Count',
    'Towpath/Stage=dev/DeploymentsSuperseded': '0 Count',
    'Towpath/Stage=dev/DeploymentDuration': '60.5 Seconds',
    'Towpath/Stage=dev/Step=Detect/StepDuration': '2 Seconds',
    'Towpath/Stage=dev/Step=Detect/StepFailures': '0 Count',
    'Towpath/Stage=dev/Step=Build/StepDuration': '47 Seconds',
    'Towpath/Stage=dev/Step=Build/StepFailures': '0 Count',
  });
});

test('a failure counts for its step, and says nothing of how long a good deployment takes', () => {
  const failed = { status: 'failed', createdAt: at(0), startedAt: at(1), finishedAt: at(9) } as const;
  const metrics = metricsIn(metricLines('dev', failed, [entry('Build', 'failed', 3)], 1));
  expect(metrics).toMatchObject({
    'Towpath/Stage=dev/DeploymentFailures': '1 Count',
    'Towpath/Stage=dev/Step=Build/StepFailures': '1 Count',
  });
  expect(Object.keys(metrics).filter((name) => name.endsWith('Duration'))).toEqual([]);
});

test.each([
  [{ status: 202, body: { accepted: 1 } }, 'WebhooksAccepted'],
  [{ status: 202, body: { ignored: 'a tag' } }, 'WebhooksIgnored'],
  [{ status: 401, body: { message: 'no' } }, 'WebhooksRefused'],
  [{ status: 404, body: { message: 'no such host' } }, undefined],
])('%j counts as %s', (answer, counted) => {
  const metrics = metricsIn([webhookMetrics(answer, 12, 'dev', 1)]);
  expect(metrics['Towpath/Stage=dev/WebhookDuration']).toBe('12 Milliseconds');
  expect(Object.keys(metrics).filter((name) => metrics[name] === '1 Count')).toEqual(
    counted ? [`Towpath/Stage=dev/${counted}`] : [],
  );
});
