/**
 * `npm run test:iam`: no permission is there for nothing. Every call of every journey is judged once more without the statement
 * that allowed it; an action of a statement that no call would have missed is told, and fails. With `--ledger FOLDER`, what
 * journeys wrote there before (TOWPATH_PERMISSION_LEDGER) is read instead of running them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runJest } from '../../scripts/jest.ts';
import { packageControlPlane } from '../../scripts/package.ts';
import { idlePermissions, LEDGER_VARIABLE, readLedger } from '../support/permission-ledger.ts';

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
  const { permissions, idle } = idlePermissions(parts);
  for (const permission of idle) console.log(`nothing would have missed ${permission}`);
  console.log(`${permissions} permissions in the policies of ${parts.length} journeys, ${idle.length} idle`);
  return idle.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
