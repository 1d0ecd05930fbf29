/**
 * Figures as a line of a Lambda function's log, which CloudWatch turns into metrics without any call. Pure.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export type Unit = 'Count' | 'Seconds' | 'Milliseconds';

export interface MetricLine {
  /** At most 30 dimensions; each combination of their values is a metric of its own. */
  dimensions: Record<string, string>;
  /** Name → figure and unit. */
  metrics: Record<string, [figure: number, unit: Unit]>;
  /** Milliseconds since the epoch. */
  at: number;
}

const NAMESPACE = 'Towpath';

export const embeddedMetrics = ({ dimensions, metrics, at }: MetricLine): object => ({
  _aws: {
    Timestamp: at,
    CloudWatchMetrics: [
      {
        Namespace: NAMESPACE,
        Dimensions: [Object.keys(dimensions)],
        Metrics: Object.entries(metrics).map(([Name, [, Unit]]) => ({ Name, Unit })),
      },
    ],
  },
  ...dimensions,
  ...Object.fromEntries(Object.entries(metrics).map(([name, [figure]]) => [name, figure])),
});
