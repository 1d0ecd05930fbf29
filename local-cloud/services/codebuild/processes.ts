/** Ends every process of a build, also those that left its process group: all carry the build's id in their environment. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const MAX_ROUNDS = 50;

/** Kills what has `marker` (`NAME=value`) in its environment, until nothing has. Only Linux lets us see that. */
export async function endProcesses(marker: string): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const found = processesWith(marker);
    if (found.length === 0) return;
    for (const pid of found) endProcess(pid);
    await delay(10);
  }
}

/** A process, or with a negative id its process group. */
export function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export function processesWith(marker: string): number[] {
  return processIds().filter((pid) => pid !== process.pid && environmentOf(pid).includes(marker));
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0);
  } catch {
    return [];
  }
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
