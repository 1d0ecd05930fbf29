/** Runs git with nothing of the user's own set-up in it: no global or system configuration, hooks, prompts or helpers. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { devNull } from 'node:os';

export interface Git {
  /** Starts `git …args`; the process is known until it ends, so that `stop` leaves none behind. */
  start(args: string[], options?: SpawnOptions): ChildProcess;
  /** Standard output of `git …args` in `folder`; rejects with git's own message. */
  output(folder: string, args: string[]): Promise<string>;
  /** Ends what still runs and resolves when nothing does. */
  stop(): Promise<void>;
}

/** `GIT_CONFIG_COUNT` needs git 2.31 (March 2021). */
function cleanEnvironment(hooksFolder: string): NodeJS.ProcessEnv {
  const settings: Record<string, string> = {
    'core.hooksPath': hooksFolder,
    'http.receivepack': 'true',
    'safe.directory': '*',
    // Housekeeping would outlive the request, in the background.
    'gc.auto': '0',
    'maintenance.auto': 'false',
    'receive.autogc': 'false',
  };
  const environment: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
    GIT_CONFIG_COUNT: String(Object.keys(settings).length),
  };
  for (const [index, [key, value]] of Object.entries(settings).entries()) {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return environment;
}

export function createGit(hooksFolder: string): Git {
  const environment = cleanEnvironment(hooksFolder);
  const running = new Map<ChildProcess, Promise<void>>();

  const start = (args: string[], options: SpawnOptions = {}) => {
    const child = spawn('git', args, { ...options, env: { ...environment, ...options.env } });
    running.set(
      child,
      new Promise((resolve) => {
        const ended = () => {
          running.delete(child);
          resolve();
        };
        child.once('close', ended);
        child.once('error', ended);
      }),
    );
    return child;
  };

  const output = (folder: string, args: string[]) =>
    new Promise<string>((resolve, reject) => {
      const child = start(args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
      const out: Buffer[] = [];
      const problems: Buffer[] = [];
      child.stdout?.on('data', (chunk) => out.push(chunk));
      child.stderr?.on('data', (chunk) => problems.push(chunk));
      child.once('error', (cause) =>
        reject(new Error(`git could not be started: is it installed? (${cause.message})`, { cause })),
      );
      child.once('close', (code) => {
        if (code === 0) resolve(Buffer.concat(out).toString());
        else reject(new Error(`git ${args[0]} failed: ${Buffer.concat(problems).toString().trim()}`));
      });
    });

  const stop = async () => {
    for (const child of running.keys()) child.kill();
    await Promise.all(running.values());
  };
  return { start, output, stop };
}
