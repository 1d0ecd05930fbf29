/**
 * `npm run test:iam`: no statement is there for nothing. Every call of every journey is judged once more without the statement
 * that allowed it; a statement that no call would have missed fails, and so many actions of the others are told. With `--ledger FOLDER`, what
 * journeys wrote there before (TOWPATH_PERMISSION_LEDGER) is read instead of running them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runJest } from '../../scripts/jest.ts';
import { packageControlPlane } from '../../scripts/package.ts';
import { judgeLedger, LEDGER_VARIABLE, readLedger } from '../support/permission-ledger.ts';

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { ledger: { type: 'string' } } });
  if (values.ledger) return tell(values.ledger);
  const folder = mkdtempSync(join(tmpdir(), 'towpath-iam-'));
  try {
    await packageControlPlane(console.error);
    const environment = { [LEDGER_VARIABLE]: folder };
    const { failed } = await runJest({ files: 'test/journeys/', workers: 1, environment });
    return Math.max(tell(folder), failed === 0 ? 0 : 1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tell(folder: string): number {
  const parts = readLedger(folder);
  if (parts.length === 0) throw new Error(`no journey wrote into ${folder}`);
  const { statements, idle, idleActions } = judgeLedger(parts);
  for (const line of idleActions) console.log(`  could be narrower   ${line}`);
  for (const line of idle) console.log(`  nothing misses it   ${line}`);
  console.log(`${statements} statements, ${parts.length} journeys: ${idle.length} that nothing would have missed`);
  return idle.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
