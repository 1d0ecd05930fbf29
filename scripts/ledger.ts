/** Where the journeys write what they used of every role's policies, for test/iam to judge once all of them ran. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Names the folder to a journey; without it nothing is written. */
export const LEDGER_VARIABLE = 'TOWPATH_PERMISSION_LEDGER';
export const LEDGER_FOLDER = join(import.meta.dirname, '..', '.towpath', 'permissions');

export function emptyLedger(): void {
  rmSync(LEDGER_FOLDER, { recursive: true, force: true });
  mkdirSync(LEDGER_FOLDER, { recursive: true });
}
