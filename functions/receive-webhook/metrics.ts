/** A delivery in figures. Pure. */
import { embeddedMetrics } from '../../domain/metrics.ts';
import type { WebhookAnswer } from './run.ts';

export function webhookMetrics(
  { status, body }: WebhookAnswer,
  milliseconds: number,
  stage: string,
  at: number,
): object {
  const counted = (holds: boolean): [number, 'Count'] => [holds ? 1 : 0, 'Count'];
  return embeddedMetrics({
    at,
    dimensions: { Stage: stage },
    metrics: {
      WebhookDuration: [milliseconds, 'Milliseconds'],
      WebhooksAccepted: counted('accepted' in body),
      WebhooksIgnored: counted('ignored' in body && !('accepted' in body)),
      WebhooksRefused: counted(status === 401),
    },
  });
}
