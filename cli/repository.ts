/** The user's Git repository. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { CliError } from './errors.ts';

const run = promisify(execFile);

export async function git(cwd: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await run('git', args, {
      cwd,
      maxBuffer: 16 * 2 ** 20,
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
    });
    return stdout.trim();
  } catch (cause) {
    const { stderr = '', message } = cause as { stderr?: string; message: string };
    throw new CliError(`git ${args.join(' ')} failed in ${cwd}: ${stderr.trim() || message}`, 1, { cause });
  }
}

export interface UserRepository {
  top: string;
  /** Folder of the app inside the repository, `.` for its root. */
  appRoot: string;
  branch: string;
  sha: string;
  /** A name for the app, from package.json or the folder. */
  suggestedName: string;
}

export async function inspectRepository(path: string, branch?: string): Promise<UserRepository> {
  const folder = resolve(process.env.INIT_CWD ?? '.', path);
  if (!existsSync(folder)) throw new CliError(`There is no folder ${folder}.`, 2);
  const top = await git(folder, 'rev-parse', '--show-toplevel').catch((cause) => {
    throw new CliError(`${folder} is in no Git repository: run "git init", commit the app, and deploy again.`, 1, {
      cause,
    });
  });
  const sha = await git(folder, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}').catch((cause) => {
    throw new CliError(`${top} has no commit yet: commit the app, and deploy again.`, 1, { cause });
  });
  const current = branch ?? (await git(folder, 'branch', '--show-current'));
  if (!current) throw new CliError('HEAD is on no branch: say which one to deploy to with --branch.', 2);
  return { top, sha, branch: current, appRoot: relative(top, folder) || '.', suggestedName: suggestName(folder) };
}

function suggestName(folder: string): string {
  let name: unknown;
  try {
    name = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name;
  } catch {
    // Detect reports a missing or broken package.json with its remedy.
  }
  return slugOf(typeof name === 'string' && name ? name : basename(folder));
}

/** The name of an app, made of any other name. */
export function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/^@[^/]*\//, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 24)
    .replace(/-+$/, '');
  return slug || 'app';
}
