/**
 * The real AWS CLI against a local cloud: what is on the PATH, else what Python installs into .towpath. Machines that have
 * neither cannot run it; what it shows is shown there through the SDK alone.
 */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LocalCloud } from '../../local-cloud/index.ts';

const run = promisify(execFile);

const FOLDER = join(import.meta.dirname, '..', '..', '.towpath', 'aws-cli');
const INSTALLED = join(FOLDER, 'bin', 'aws');
const PACKAGE = 'awscli==1.45.11';

const works = (command: string) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

function install(): boolean {
  const quiet = { stdio: 'ignore' } as const;
  if (spawnSync('python3', ['-m', 'venv', FOLDER], quiet).status !== 0) return false;
  spawnSync(join(FOLDER, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', PACKAGE], quiet);
  return existsSync(INSTALLED) && works(INSTALLED);
}

/** The command, or undefined where there is none and none can be installed. */
export function findAwsCli(): string | undefined {
  if (works('aws')) return 'aws';
  if (existsSync(INSTALLED) || install()) return INSTALLED;
  return undefined;
}

export interface AwsAnswer {
  /** Whether it ended with the code for an error that the service answered: 254, or 255 of the CLI's first version. */
  refused: boolean;
  /** What it printed, parsed; undefined for nothing. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the operation answers
  json: any;
  /** What it printed on standard error. */
  error: string;
}

/** `aws(['stepfunctions', 'list-state-machines'])`, as a user of that cloud's root key types it. */
export function awsCli(command: string, { endpoint, region, credentials }: LocalCloud) {
  const env = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_DEFAULT_REGION: region,
    AWS_PAGER: '',
  };
  return async (args: string[]): Promise<AwsAnswer> => {
    const whole = [...args, '--endpoint-url', endpoint, '--output', 'json'];
    try {
      const { stdout, stderr } = await run(command, whole, { env, maxBuffer: 16 * 1024 * 1024 });
      return { refused: false, json: stdout.trim() ? JSON.parse(stdout) : undefined, error: stderr.trim() };
    } catch (failed) {
      const { code, stderr } = failed as { code: number; stderr: string };
      if (code !== 254 && code !== 255) throw failed;
      return { refused: true, json: undefined, error: stderr.trim() };
    }
  };
}
