/**
 * `npm test -- iam`, and the end of `npm test`: no statement is there for nothing. The local cloud judges each call of every
 * journey once more without the statement that allowed it; a statement that no call would have missed fails, and so many actions of
 * the others are told. Reads what the journeys wrote last, in .towpath/permissions or the folder that is given.
 */
import { parseArgs } from 'node:util';
import { LEDGER_FOLDER } from '../../scripts/ledger.ts';
import { judgeLedger, readLedger } from '../support/permission-ledger.ts';

function main(args: string[]): number {
  const [folder = LEDGER_FOLDER] = parseArgs({ args, allowPositionals: true }).positionals;
  const parts = readLedger(folder);
  if (parts.length === 0) throw new Error(`no journey wrote into ${folder}: npm run test:journeys does`);
  const { statements, idle, idleTalk, idleActions } = judgeLedger(parts);
  for (const line of idleActions) console.log(`  could be narrower   ${line}`);
  for (const line of idleTalk) console.log(`  needs no excuse     ${line}`);
  for (const line of idle) console.log(`  nothing misses it   ${line}`);
  console.log(`${statements} statements, ${parts.length} journeys: ${idle.length} that nothing would have missed`);
  return idle.length === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
