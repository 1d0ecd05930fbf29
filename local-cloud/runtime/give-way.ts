import { setPriority } from 'node:os';

/** Of 19: a third of what others get where there is not enough for all. */
const BACKGROUND_PRIORITY = 5;

/** A process whose end nobody waits for gives way to those whose answer somebody does: a laptop has few processors. */
export function giveWay(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, BACKGROUND_PRIORITY);
  } catch {
    // It has ended already: its exit is told.
  }
}
