import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { completionFor } from '../../../cli/completion.ts';
import { CliError } from '../../../cli/errors.ts';

const VERBS = {
  deploy: { usage: 'deploy [PATH] [--branch B] [--app NAME] [--json]', brief: 'Pushes; it’s quick: look.' },
  doctor: { usage: 'doctor [PATH] [--json]', brief: "Checks what's there." },
};

/** What bash itself offers for these words, the last of which is being typed. */
function offered(...words: string[]): string[] {
  const script = `${completionFor('bash', VERBS)}
COMP_WORDS=(towpath ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _towpath; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8' }).split('\n').filter(Boolean);
}

test.each([
  [['d'], ['deploy', 'doctor']],
  [['dep'], ['deploy']],
  [['x'], []],
  [
    ['deploy', '--'],
    ['--branch', '--app', '--json'],
  ],
  [['deploy', '--b'], ['--branch']],
  [['doctor', '--b'], []],
  [['sail', '--b'], []],
])('bash offers for %j: %j', (words, expected) => {
  expect(offered(...words)).toEqual(expected);
});

test.each(['zsh', 'fish'])('%s has every verb and option, and reads the script where it is installed', (shell) => {
  const script = completionFor(shell, VERBS);
  for (const part of ['deploy', 'doctor', 'branch', 'app', 'json']) expect(script).toContain(part);
  expect(script.match(/'/g)!.length % 2).toBe(0);
  const { status, error, stderr } = spawnSync(shell, ['-n', '-c', script], { encoding: 'utf8' });
  if (!error) expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test.each([[undefined], ['tcsh'], ['toString']])('%s is no shell that can be completed', (shell) => {
  expect(() => completionFor(shell, VERBS)).toThrow(CliError);
});
