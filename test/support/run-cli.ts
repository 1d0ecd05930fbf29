/** The CLI as its user runs it: a process. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT } from './journey.ts';

export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** With `input` on its standard input. */
export async function runCli(args: string[], input = ''): Promise<Ran> {
  const child = spawn(process.execPath, [join(ROOT, 'cli/towpath.ts'), ...args], { cwd: ROOT });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out, err };
}
