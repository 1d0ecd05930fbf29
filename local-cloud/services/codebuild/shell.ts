/**
 * The one shell that runs a build's commands, so that `cd`, exports and functions carry over from each to the next.
 * A command runs by `eval` in that shell with /dev/null as its input; its status comes back on file descriptor 3.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { giveWay } from '../../runtime/give-way.ts';
import { endProcess } from './processes.ts';

const KILLED = 137;

export interface ShellOptions {
  /** `sh` is bash in its POSIX mode, as in CodeBuild's Amazon Linux images. */
  shell: 'sh' | 'bash';
  folder: string;
  environment: Record<string, string>;
  /** Standard output and error, in the order they were written. */
  output: (text: string) => void;
}

export interface Shell {
  /** The command's exit status. A command that ends the shell ends only itself: the next one gets a new shell. */
  run(command: string): Promise<number>;
  set(name: string, value: string): Promise<void>;
  value(name: string): Promise<string>;
  /** Kills the shell with its process group and resolves once it is gone. */
  close(): Promise<void>;
}

export function openShell(options: ShellOptions): Shell {
  const mark = `codebuild-${randomUUID()}`;
  let current: ShellProcess | undefined;
  let closed = false;
  const ask = async (script: string): Promise<{ status: number; value: string }> => {
    if (closed) return { status: KILLED, value: '' };
    if (!current?.alive()) current = startShell(options, mark);
    return current.ask(script);
  };
  return {
    run: async (command) => {
      const { status } = await ask(`eval ${quote(command)} </dev/null 3>&-\nprintf '${mark} %d \\0' "$?" >&3\n`);
      return status;
    },
    set: async (name, value) => {
      await ask(`export ${name}=${quote(value)}\nprintf '${mark} 0 \\0' >&3\n`);
    },
    value: async (name) => (await ask(`printf '${mark} 0 %s\\0' "$${name}" >&3\n`)).value,
    close: async () => {
      closed = true;
      await current?.close();
    },
  };
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

interface ShellProcess {
  alive(): boolean;
  ask(script: string): Promise<{ status: number; value: string }>;
  close(): Promise<void>;
}

function startShell(options: ShellOptions, mark: string): ShellProcess {
  const child = spawn('bash', [], {
    argv0: options.shell,
    cwd: options.folder,
    env: options.environment,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  giveWay(child.pid);
  const [input, output, , answers] = child.stdio as unknown as [Writable, Readable, Readable, Readable];
  const exited = exitOf(child);
  let alive = true;
  let heard = 0;
  let answer = '';
  let resolveAnswer = (_: { status: number; value: string }) => {};
  void exited.then((status) => {
    alive = false;
    resolveAnswer({ status, value: '' });
  });
  // A shell that died while it was written to: its exit tells.
  input.on('error', () => {});
  output.setEncoding('utf8').on('data', (text: string) => {
    heard += 1;
    options.output(text);
  });
  answers.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
    const [, status, value] = new RegExp(`${mark} (\\d+) ([\\s\\S]*)\\0`).exec(answer) ?? [];
    if (status === undefined) return;
    answer = '';
    resolveAnswer({ status: Number(status), value: value ?? '' });
  });
  input.write('exec 2>&1\n');
  return {
    alive: () => alive,
    ask: async (script) => {
      const answered = new Promise<{ status: number; value: string }>((resolve) => {
        resolveAnswer = resolve;
      });
      input.write(script);
      const result = await answered;
      await quiet(() => heard);
      return result;
    },
    close: async () => {
      if (child.pid !== undefined) endProcess(-child.pid);
      await exited;
      output.destroy();
      answers.destroy();
    },
  };
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.on('error', () => resolve(KILLED));
    child.on('exit', (code) => resolve(code ?? KILLED));
  });
}

/** Resolves once what the command wrote has been read: its status overtakes output that is still in the pipe. */
async function quiet(heard: () => number): Promise<void> {
  for (let before = -1; before !== heard(); ) {
    before = heard();
    for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
  }
}
