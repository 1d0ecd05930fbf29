/** How one command finds the local cloud that another one runs: a file in its data folder, readable by its owner alone. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { CliError } from './errors.ts';

const Running = z.object({
  pid: z.int(),
  /** The local cloud's AWS endpoint. */
  endpoint: z.url(),
  /** The HTTP API's URL. */
  api: z.url(),
  token: z.string(),
  /** The embedded Git host's URL. */
  git: z.url(),
});
export type Running = z.infer<typeof Running>;

/** `TOWPATH_DATA` saves who has another folder from naming it to every verb. */
export const dataFolder = (given = process.env.TOWPATH_DATA) =>
  given ? resolve(process.env.INIT_CWD ?? '.', given) : join(import.meta.dirname, '..', '.towpath');

const fileIn = (folder: string) => join(folder, 'running.json');

export function announce(folder: string, running: Running): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileIn(folder), JSON.stringify(running), { mode: 0o600 });
}

export const withdraw = (folder: string): void => rmSync(fileIn(folder), { force: true });

/** The Towpath that this command talks to: AWS's by environment variables, else the local cloud of the data folder. */
export function findTowpath(folder: string): Pick<Running, 'api' | 'token'> & Partial<Running> {
  const { TOWPATH_API: api, TOWPATH_TOKEN: token } = process.env;
  if (api && token) return { api, token };
  return findRunning(folder);
}

export function findRunning(folder: string): Running {
  let text: string;
  try {
    text = readFileSync(fileIn(folder), 'utf8');
  } catch (cause) {
    throw new CliError(
      `No local cloud runs on ${folder}: start one with "npm run towpath -- up" in another terminal.`,
      1,
      { cause },
    );
  }
  const running = parse(text);
  if (!running) {
    throw new CliError(`${fileIn(folder)} cannot be read: end the local cloud of ${folder} and start it again.`);
  }
  if (!isAlive(running.pid)) {
    throw new CliError(`The local cloud of ${folder} is gone: start it again with "npm run towpath -- up".`);
  }
  return running;
}

function parse(text: string): Running | undefined {
  try {
    return Running.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
