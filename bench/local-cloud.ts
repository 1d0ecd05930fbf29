/** A Towpath of a benchmark's own, in a process of its own, as `towpath up` starts it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findRunning, type Running } from '../cli/running.ts';

export interface BenchCloud {
  folder: string;
  running: Running;
  /** Spread into any SDK client's configuration. */
  client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  outputs: Record<string, string>;
  stop(): Promise<void>;
}

interface About {
  region: string;
  credentials: BenchCloud['client']['credentials'];
  outputs: Record<string, string>;
}

export async function startBenchCloud(): Promise<BenchCloud> {
  const folder = mkdtempSync(join(tmpdir(), 'towpath-bench-'));
  const main = join(import.meta.dirname, '..', 'cli', 'towpath.ts');
  const up = spawn(process.execPath, [...process.execArgv, main, 'up', '--port', '0', '--data', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => up.once('exit', resolve));
  const lines = createInterface({ input: up.stdout });
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => line.startsWith('Local cloud ready') && resolve());
    up.once('exit', () => reject(new Error('the local cloud ended before it was ready')));
  });
  const running = findRunning(folder);
  const { region, credentials, outputs } = (await (await fetch(`${running.endpoint}/_local`)).json()) as About;
  return {
    folder,
    running,
    client: { endpoint: running.endpoint, region, credentials },
    outputs,
    async stop() {
      up.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The answer of `ask`, once it has one. */
export async function until<T>(ask: () => Promise<T | undefined | false>, everyMilliseconds = 200): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, everyMilliseconds));
  }
}

/** `share` of the values are no greater, e.g. 0.99. */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}
