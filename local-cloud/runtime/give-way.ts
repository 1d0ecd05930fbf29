import { writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** Of 19, and what `nice` takes unasked: a tenth of what others get where there is not enough for all. */
const BACKGROUND_PRIORITY = 10;
/** The kernel takes one such change in a tenth of a second, from those who are not its administrator. */
const AGAIN_MILLISECONDS = 150;
const MAX_TRIES = 5;

/** A process whose end nobody waits for gives way to those whose answer somebody does: a laptop has few processors. */
export function giveWay(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, Math.min(19, getPriority() + BACKGROUND_PRIORITY));
  } catch {
    // It has ended already: its exit is told.
  }
  if (process.platform === 'linux') giveWayAsSession(pid, MAX_TRIES);
}

/**
 * Linux may weigh sessions before it weighs their processes, and a process group of its own is a session of its own. Where it
 * does not, there is no such file, or it changes nothing.
 * https://man7.org/linux/man-pages/man7/sched.7.html (the autogroup feature)
 */
function giveWayAsSession(pid: number, tries: number): void {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(BACKGROUND_PRIORITY));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EAGAIN' || tries === 1) return;
    setTimeout(giveWayAsSession, AGAIN_MILLISECONDS, pid, tries - 1).unref();
  }
}
