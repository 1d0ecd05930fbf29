/** Runs jest on some test files, and counts. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

export interface Tally {
  passed: number;
  failed: number;
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

/** Runs a program of this Node.js in the repository; resolves with its exit code. */
export function runNode(
  args: string[],
  {
    output = 'inherit',
    environment = {},
  }: { output?: 'inherit' | 'ignore'; environment?: Record<string, string> } = {},
): Promise<number> {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', output, 'inherit'] });
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
    if (!existsSync(report)) return { passed: 0, failed: 1 };
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: Math.max(numFailedTests, numFailedTestSuites, code === 0 ? 0 : 1) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
