/** What is promised of one example's figures. */
import type { BenchApp } from './apps.ts';
import type { Row } from './measure.ts';

const FRESH_PRERENDERED_MS = 80;
const FRESH_RENDERED_RATIO = 0.8;
const WARM_RATIO = 1.1;
const ZIP_RATIO = 0.6;

export interface Verdict {
  figure: string;
  measured: number;
  /** At most. */
  target: number;
  unit: 'ms' | 'MB';
}

const rounded = (value: number) => Number(value.toFixed(2));

/** Against OpenNext where it supports the version, else against `next start`. */
export function judge(rows: Row[], { renderedPromised = true }: Pick<BenchApp, 'renderedPromised'>): Verdict[] {
  const of = (name: Row['server']) => rows.find(({ server }) => server === name);
  const [own, next, openNext] = [of('Towpath'), of('next start'), of('OpenNext')];
  if (!own || !next) throw new Error('Towpath and next start have to be measured.');
  const rival = openNext ?? next;
  const warm = Math.min(next.warmRendered * WARM_RATIO, openNext?.warmRendered ?? Number.POSITIVE_INFINITY);
  const fresh = rival.freshRendered * FRESH_RENDERED_RATIO;
  return [
    ...(renderedPromised
      ? [{ figure: 'fresh, rendered', measured: own.freshRendered, target: rounded(fresh), unit: 'ms' as const }]
      : []),
    { figure: 'fresh, prerendered', measured: own.freshPrerendered, target: FRESH_PRERENDERED_MS, unit: 'ms' },
    { figure: 'warm, rendered', measured: own.warmRendered, target: rounded(warm), unit: 'ms' },
    ...(own.zipMegabytes !== undefined && openNext?.zipMegabytes !== undefined
      ? [
          {
            figure: 'default, zipped',
            measured: own.zipMegabytes,
            target: rounded(openNext.zipMegabytes * ZIP_RATIO),
            unit: 'MB' as const,
          },
        ]
      : []),
  ];
}
