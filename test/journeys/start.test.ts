/** `npm start`, as it is typed and as it is ended: Ctrl-C reaches everything that the terminal started. */
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

test('Ctrl-C in the middle of a build leaves no process behind', async () => {
  const npm = spawn('npm', ['start', '--', '--port', '0', '--data', join(folder, 'data')], {
    cwd: ROOT,
    // A process group of its own, as a terminal gives each command.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => npm.once('close', resolve));
  const shown: string[] = [];
  for await (const line of createInterface({ input: npm.stdout })) {
    shown.push(line);
    // The first phase is over: the app's own commands run.
    if (/^ {6}INSTALL/.test(line)) process.kill(-(npm.pid as number), 'SIGINT');
  }
  expect(shown.join('\n')).toMatch(/✓ PrepareSite.*\n.*… Build\n.*INSTALL/);
  expect(await ended).not.toBe(0);
  expect(strayProcesses(folder)).toEqual([]);
}, 300_000);
