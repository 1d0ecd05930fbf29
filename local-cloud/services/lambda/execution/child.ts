/** A function's process and the wire to it: what it says, its log lines, its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { fileURLToPath } from 'node:url';
import { giveWay } from '../../../runtime/give-way.ts';
import { frame, frameReader } from '../child/framing.mjs';
import type { Guard } from './guard.ts';

const BOOTSTRAP = fileURLToPath(new URL('../child/bootstrap.mjs', import.meta.url));

export type Said =
  | { type: 'ready' }
  | { type: 'init-error' }
  | { type: 'log'; line: string }
  | { type: 'result'; requestId: string; maxResidentKilobytes: number }
  | { type: 'error'; requestId: string; maxResidentKilobytes?: number; fatal?: boolean };

export interface ChildOptions {
  taskRoot: string;
  memoryMegabytes: number;
  variables: Record<string, string>;
  guard: Guard;
  /** Nobody waits for an answer: it gives way to those for whom somebody does. */
  background: boolean;
  onSaid: (said: Exclude<Said, { type: 'log' }>, body: Buffer) => void;
  onLine: (line: string) => void;
}

export interface Exit {
  code: number | null;
  signal: string | null;
}

export interface Child {
  say(header: object, body: Uint8Array): void;
  kill(): void;
  exited: Promise<Exit>;
}

export function startChild(options: ChildOptions): Child {
  const process_ = spawn(process.execPath, [`--max-old-space-size=${options.memoryMegabytes}`, BOOTSTRAP], {
    cwd: options.taskRoot,
    env: options.variables,
    // A group of its own: what the function starts ends with it, and Ctrl-C at the terminal is for the local cloud.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  if (process_.pid !== undefined) options.guard.watch(process_.pid);
  if (options.background) giveWay(process_.pid);
  const channel = process_.stdio[3] as Socket;
  channel.on('error', () => undefined);
  channel.on(
    'data',
    frameReader<Said>((said, body) => (said.type === 'log' ? options.onLine(said.line) : options.onSaid(said, body))),
  );
  const flushes = [process_.stdout!, process_.stderr!].map((stream) => readLines(stream, options.onLine));
  return {
    say: (header, body) => void channel.write(frame(header, body)),
    kill: () => killGroup(process_),
    exited: exitOf(process_, options.guard).finally(() => {
      for (const flush of flushes) flush();
    }),
  };
}

function exitOf(process_: ChildProcess, guard: Guard): Promise<Exit> {
  return new Promise((resolve) => {
    process_.on('error', () => resolve({ code: 1, signal: null }));
    process_.on('exit', (code, signal) => {
      // Whatever the function started and left behind.
      killGroup(process_);
      guard.forget(process_.pid!);
      // The last words may still be in the pipes; a grandchild that left the group must not hold the exit up.
      const done = () => resolve({ code, signal });
      process_.once('close', done);
      setTimeout(done, 100);
    });
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Calls `onLine` for each line with its line feed; the returned function gives what is left of the last one. */
function readLines(stream: Readable, onLine: (line: string) => void): () => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop()!;
    for (const line of lines) onLine(`${line}\n`);
  });
  return () => {
    if (rest) onLine(`${rest}\n`);
    rest = '';
  };
}
