/** What `npm` starts, as it is ended: by Ctrl-C in its terminal, or by a signal that only npm gets. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from '@jest/globals';
import { ROOT } from '../support/journey.ts';
import { strayProcesses } from '../support/processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'towpath-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** In a process group of its own, as a terminal gives each command. */
function npm(...args: string[]) {
  const child = spawn('npm', [...args, '--port', '0', '--data', join(folder, 'data')], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Its output is closed by the last of its processes.
  const ended = new Promise((resolve) => child.once('close', resolve));
  return { pid: child.pid as number, lines: createInterface({ input: child.stdout }), ended };
}

test('Ctrl-C in the middle of a build leaves no process behind', async () => {
  const { pid, lines, ended } = npm('start', '--');
  const shown: string[] = [];
  for await (const line of lines) {
    shown.push(line);
    // The first phase is over: the app's own commands run.
    if (/^ {6}INSTALL/.test(line)) process.kill(-pid, 'SIGINT');
  }
  expect(shown.join('\n')).toMatch(/✓ PrepareSite.*\n(.*\n)*.*… Build\n.*INSTALL/);
  expect(await ended).not.toBe(0);
  expect(strayProcesses(folder)).toEqual([]);
}, 300_000);

test('nor does a signal that ends npm alone', async () => {
  const { pid, lines, ended } = npm('run', 'towpath', '--', 'up');
  for await (const line of lines) if (line.startsWith('Ctrl-C')) process.kill(pid, 'SIGTERM');
  await ended;
  expect(strayProcesses(folder)).toEqual([]);
}, 120_000);
