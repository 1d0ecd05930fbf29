/**
 * The second part of `npm run bench:pipeline`: what many do at once. 200 pushes of ten sites, and 500 readers of a page that
 * has just gone stale. Prints a table, then one JSON line; ends with 1 when a count is not what it has to be.
 */
import { table } from '../cli/format.ts';
import { packageControlPlane } from '../scripts/package.ts';
import { startBenchCloud } from './local-cloud.ts';
import { measurePushes, type PushFigures } from './pushes.ts';
import { measureReaders, type ReaderFigures } from './readers.ts';

const P99_TARGET_MS = 1_000;

type Row = [figure: string, measured: string, target: string, isMet: boolean | undefined];

const ms = (value: number) => `${Math.round(value)} ms`;

function rowsOf(pushes: PushFigures, readers: ReaderFigures): Row[] {
  const { newest, reconciled } = pushes;
  return [
    ['pushes acknowledged', `${pushes.acknowledged}`, `${pushes.pushes}`, pushes.acknowledged === pushes.pushes],
    [
      '  p99 (p50, slowest)',
      `${ms(pushes.p99)} (${ms(pushes.p50)}, ${ms(pushes.slowest)})`,
      ms(P99_TARGET_MS),
      pushes.p99 <= P99_TARGET_MS,
    ],
    [
      'sites on their newest commit',
      `${newest}${reconciled ? `, ${reconciled} by reconcile` : ''}`,
      '10',
      newest === 10,
    ],
    ['  all live after', ms(pushes.settledMs), '', undefined],
    [
      'readers answered with the stale page',
      `${readers.answered}`,
      `${readers.readers}`,
      readers.answered === readers.readers,
    ],
    ['  that waited for the render', `${readers.waited}`, '0', readers.waited === 0],
    ['  p99 (p50, slowest)', `${ms(readers.p99)} (${ms(readers.p50)}, ${ms(readers.slowest)})`, '', undefined],
    ['regenerations', `${readers.regenerations}`, '1', readers.regenerations === 1],
  ];
}

async function main(): Promise<void> {
  await packageControlPlane(console.error);
  const cloud = await startBenchCloud();
  try {
    const pushes = await measurePushes(cloud, { sites: 10, pushesPerSite: 20, within: 0 });
    const readers = await measureReaders(cloud);
    const rows = rowsOf(pushes, readers);
    const said = { true: 'met', false: 'NOT MET', undefined: '' };
    console.log(
      table(
        ['at once', 'measured', 'target', ''],
        rows.map(([figure, measured, target, isMet]) => [figure, measured, target, said[`${isMet}`]]),
      ),
    );
    console.log(JSON.stringify({ pushes, readers }));
    process.exitCode = rows.some(([, , , isMet]) => isMet === false) ? 1 : 0;
  } finally {
    await cloud.stop();
  }
}

await main();
