/**
 * `npm run bench:webhooks`: a thousand deliveries of fifty sites within ten seconds. Prints a table, then one JSON line; ends
 * with 1 when one was lost, was acknowledged too late, or a site did not end on its newest commit.
 */
import { table } from '../cli/format.ts';
import { packageControlPlane } from '../scripts/package.ts';
import { startBenchCloud } from './local-cloud.ts';
import { measurePushes } from './pushes.ts';

const LOAD = { sites: 50, pushesPerSite: 20, within: 10_000 };
const P99_TARGET_MS = 1_000;

await packageControlPlane(console.error);
const cloud = await startBenchCloud();
try {
  const figures = await measurePushes(cloud, LOAD);
  const { pushes, acknowledged, p50, p99, slowest, newest, reconciled, settledMs } = figures;
  const rows: [figure: string, measured: string, target: string, isMet: boolean][] = [
    ['webhooks acknowledged', `${acknowledged}`, `${pushes}`, acknowledged === pushes],
    [
      '  p99 (p50, slowest)',
      `${Math.round(p99)} ms (${Math.round(p50)}, ${Math.round(slowest)})`,
      `${P99_TARGET_MS} ms`,
      p99 <= P99_TARGET_MS,
    ],
    [
      'sites on their newest commit',
      `${newest}${reconciled ? `, ${reconciled} by reconcile` : ''}`,
      `${LOAD.sites}`,
      newest === LOAD.sites,
    ],
  ];
  console.log(
    table(
      [`${pushes} webhooks in ${LOAD.within / 1000} s`, 'measured', 'target', ''],
      rows.map(([figure, measured, target, isMet]) => [figure, measured, target, isMet ? 'met' : 'NOT MET']),
    ),
  );
  console.log(`All live after ${Math.round(settledMs / 1000)} s.`);
  console.log(JSON.stringify(figures));
  process.exitCode = rows.every(([, , , isMet]) => isMet) ? 0 : 1;
} finally {
  await cloud.stop();
}
