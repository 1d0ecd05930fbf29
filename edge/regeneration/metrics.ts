/** A stale page in figures: whether it was rendered anew, and how long it was known to be stale. Pure. */
import { embeddedMetrics } from '../../domain/metrics.ts';

export interface Regenerated {
  stage: string;
  site: string;
  rendered: boolean;
  /** Milliseconds since the epoch: when its message was sent, and now. */
  sentAt: number;
  at: number;
}

export const regenerationMetrics = ({ stage, site, rendered, sentAt, at }: Regenerated): object =>
  embeddedMetrics({
    at,
    dimensions: { Stage: stage, Site: site },
    metrics: {
      Regenerations: [rendered ? 1 : 0, 'Count'],
      RegenerationFailures: [rendered ? 0 : 1, 'Count'],
      ...(rendered && { RegenerationLag: [(at - sentAt) / 1000, 'Seconds'] }),
    },
  });
