/** Runs jest on some test files, and counts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');

export interface Tally {
  passed: number;
  failed: number;
  /** A line for each that failed: file and name. */
  failures: string[];
}

/** Of jest's report, what is read here. https://jestjs.io/docs/cli#--json */
interface Report {
  numPassedTests: number;
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[];
}

export interface Choice {
  /** Regular expression of test files. */
  files: string;
  workers: number;
  /** Regular expressions of the names of the only tests that are run, and of those that are not. */
  only?: string;
  without?: string;
  environment?: Record<string, string>;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What ends this process ends the child and all of its group; what does not heed the first signal, the second kills. */
function endTogether(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  let isEnding = false;
  const end = (signal: NodeJS.Signals) => {
    killGroup(pid, isEnding ? 'SIGKILL' : signal);
    isEnding = true;
    child.once('exit', () => {
      killGroup(pid, 'SIGKILL');
      process.exit(128 + constants.signals[signal]);
    });
  };
  for (const signal of SIGNALS) process.on(signal, end);
  child.once('exit', () => SIGNALS.forEach((signal) => void process.off(signal, end)));
}

function killGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // Nobody is left in it.
  }
}

/** Runs a program of this Node.js in the repository; resolves with its exit code. */
export function runNode(
  args: string[],
  {
    output = 'inherit',
    environment = {},
  }: { output?: 'inherit' | 'ignore'; environment?: Record<string, string> } = {},
): Promise<number> {
  const env = { ...process.env, ...environment };
  // A group of its own: a signal that this process alone gets has to reach what the child starts, too.
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', output, 'inherit'], detached: true });
  endTogether(child);
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}

export async function runJest({ files, workers, only = '', without, environment }: Choice): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'towpath-test-'));
  const report = join(folder, 'report.json');
  try {
    const jest = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
    const not = without === undefined ? '' : `(?!.*(?:${without}))`;
    const names = only || not ? ['--testNamePattern', `^${not}.*${only}`] : [];
    const choice = ['--testPathPatterns', files, ...names, '--maxWorkers', String(workers)];
    // The JSON goes to the file; what a person reads is on standard error.
    const code = await runNode([...jest, ...choice, '--json', '--outputFile', report], {
      output: 'ignore',
      environment,
    });
    if (!existsSync(report)) return { passed: 0, failed: 1, failures: [`${files}: jest left no report`] };
    const { numPassedTests: passed, testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
    const failures = testResults.flatMap(failuresOf);
    if (failures.length === 0 && code !== 0) failures.push(`${files}: jest ended with code ${code}`);
    return { passed, failed: failures.length, failures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function failuresOf({ name, status, assertionResults }: Report['testResults'][number]): string[] {
  const file = relative(root, name);
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length > 0) return failed.map(({ fullName }) => `${file}: ${fullName}`);
  return status === 'failed' ? [`${file}: could not run`] : [];
}
