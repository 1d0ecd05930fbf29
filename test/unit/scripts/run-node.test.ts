/** What `npm test` and its kin start, as they are ended. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';

const RUNNER = join(import.meta.dirname, '..', '..', '..', 'scripts', 'jest.ts');
const idle = (heeds: boolean) =>
  `${heeds ? '' : "process.on('SIGTERM', () => console.error('no'));"} setTimeout(() => {}, 10_000); console.error(process.pid);`;
/** Two of them, the one of the other; none ends in time by itself. */
const family = (heeds: boolean) =>
  `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(idle(heeds))}], { stdio: 'inherit' });
   ${idle(heeds)}`;
const runner = (heeds: boolean) =>
  `import { runNode } from ${JSON.stringify(RUNNER)};
   await runNode(['-e', ${JSON.stringify(family(heeds))}]);
   console.error('went on');`;

test.each([
  [true, []],
  [false, ['no', 'no']],
])(
  'a signal ends the whole family: heeding it %s',
  async (heeds, expected) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', runner(heeds)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    // Its output is closed by the last of its processes.
    const ended = new Promise((resolve) => child.once('close', resolve));
    let there = 0;
    const said: string[] = [];
    for await (const line of createInterface({ input: child.stderr })) {
      if (/^\d+$/.test(line)) there += 1;
      else said.push(line);
      // Once both are there; and again, once both have refused.
      if (there + said.length === 2 || said.length === 2) child.kill('SIGTERM');
    }
    expect([await ended, said]).toEqual([143, expected]);
  },
  20_000,
);
