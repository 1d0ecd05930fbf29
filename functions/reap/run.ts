/**
 * The second phase of taking edge functions away: CloudFront gives up its copies hours after their last association, and
 * until then Lambda refuses to delete them. What is refused is tried again, ever more rarely.
 */
import type { EdgeFunctions } from '../../aws/functions.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import type { Tombstone, TombstoneStore } from '../../aws/table/tombstones.ts';
import { type GuardPorts, reapGuards } from './guards.ts';

export interface ReapPorts extends GuardPorts {
  tombstones: Pick<TombstoneStore, 'list' | 'postpone' | 'remove'>;
  functions: Pick<EdgeFunctions, 'remove'>;
  sites: Pick<SiteStore, 'get'>;
  now: () => Date;
}

const FIRST_PAUSE_MINUTES = 15;
const LONGEST_PAUSE_MINUTES = 6 * 60;

/** When a function that was refused is tried again. Pure. */
export const nextAttempt = ({ attempts }: Pick<Tombstone, 'attempts'>, now: Date): Date =>
  new Date(now.getTime() + Math.min(FIRST_PAUSE_MINUTES * 2 ** attempts, LONGEST_PAUSE_MINUTES) * 60_000);

async function reapOne(tombstone: Tombstone, ports: ReapPorts): Promise<void> {
  const { functionName, site, attempts } = tombstone;
  // The site is deployed again, under the same names: the function is in use, or goes with the site's next end.
  const kept = await ports.sites.get(site);
  const removed = kept ? 'kept' : await ports.functions.remove(functionName);
  ports.log({ level: 'info', message: 'function reaped', functionName, removed, attempts });
  if (removed !== 'replicated') return ports.tombstones.remove(tombstone);
  await ports.tombstones.postpone(tombstone, nextAttempt(tombstone, ports.now()).toISOString());
}

/** One that fails does not keep the others from it. */
export async function run(ports: ReapPorts): Promise<void> {
  const now = ports.now().toISOString();
  const due = (await ports.tombstones.list()).filter(({ dueAt }) => dueAt <= now);
  const results = await Promise.allSettled([...due.map((tombstone) => reapOne(tombstone, ports)), reapGuards(ports)]);
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} functions could not be reaped`);
}
