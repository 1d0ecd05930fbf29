/** One process at a time. Plain JavaScript: scripts/run.mjs needs it before anything is installed. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const POLL_MILLISECONDS = 200;

/** Does the work while it holds the file `lock`. A lock of a dead process is taken over. */
export async function alone(lock, work) {
  while (!take(lock)) await wait(POLL_MILLISECONDS);
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isLeftBehind(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function isLeftBehind(lock) {
  let pid;
  try {
    pid = Number(readFileSync(lock, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
  if (pid === 0) return false; // its owner is about to write it
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
