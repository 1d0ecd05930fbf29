/** What every journey begins with: a Towpath of its own in a temporary folder, and Git repositories to push. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deployRepository } from '../../cli/deploy.ts';
import type { DeploymentReport } from '../../cli/follow.ts';
import { git, inspectRepository } from '../../cli/repository.ts';
import { startWorkspace, type Workspace } from '../../cli/workspace.ts';
import type { Traps } from '../../local-cloud/index.ts';
import { writeLedger } from './permission-ledger.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

export interface Journey {
  folder: string;
  workspace: Workspace;
  /** What the local cloud and the Git host said. */
  log: string[];
  /** Ends the local cloud and starts it again on the same folder, with the same traps or others. */
  restart(traps?: Traps): Promise<void>;
  /** Throws when somebody was denied what it asked for: least privilege is proven by use. */
  end(): Promise<void>;
}

export interface JourneyOptions {
  traps?: Traps;
  /** Where the control plane is; us-east-1 unless said. */
  region?: string;
  /** Of the local cloud, and the next one for the Git host; any two unless said. Kept when they are started again. */
  port?: number;
}

/** A site's first build has no cache. Builds may not list the bucket of all sites, so they hear 403 instead of 404. */
const MAY_NOT_LIST = /:role\/.*-build$/;

export const denials = ({ log, workspace }: Pick<Journey, 'log' | 'workspace'>): string[] => {
  const notTold = workspace.cloud
    .decisions()
    .filter(({ allowed, action, principal }) => !allowed && action === 's3:ListBucket' && !MAY_NOT_LIST.test(principal))
    .map(({ principal, action, resource }) => `${principal} lacks ${action} on ${resource}`);
  return [...log.filter((line) => line.startsWith('denied: ')), ...notTold];
};

export async function beginJourney(
  folder = mkdtempSync(join(tmpdir(), 'towpath-journey-')),
  options: JourneyOptions = {},
): Promise<Journey> {
  const log: string[] = [];
  const { region } = options;
  const start = (traps = options.traps) =>
    startWorkspace({
      folder: join(folder, 'data'),
      port: options.port ?? 0,
      region,
      traps,
      log: (line) => log.push(line),
    });
  const journey: Journey = {
    folder,
    log,
    workspace: await start(),
    async restart(others) {
      await writeLedger(journey.workspace.cloud);
      await journey.workspace.stop();
      journey.workspace = await start(others);
    },
    async end() {
      await writeLedger(journey.workspace.cloud);
      await journey.workspace.stop();
      rmSync(folder, { recursive: true, force: true });
      if (denials(journey).length > 0) throw new Error(denials(journey).join('\n'));
    },
  };
  return journey;
}

/** A Git repository with one commit, made of an example app or of files given here. */
export async function makeRepository(folder: string, content: string | Record<string, string>): Promise<string> {
  mkdirSync(folder, { recursive: true });
  if (typeof content === 'string') {
    const source = join(ROOT, 'examples', content);
    cpSync(source, folder, { recursive: true, filter: (path) => !/[\\/](node_modules|\.next|out)$/.test(path) });
  } else writeFiles(folder, content);
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  await commitAll(folder, 'first');
  return folder;
}

export function writeFiles(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

export async function commitAll(folder: string, message: string): Promise<void> {
  await git(folder, 'add', '--all');
  await git(
    folder,
    '-c',
    'user.name=Journey',
    '-c',
    'user.email=journey@localhost',
    'commit',
    '--quiet',
    '--allow-empty',
    '--message',
    message,
  );
}

export interface Deployed extends DeploymentReport {
  /** What the CLI showed. */
  shown: string[];
}

export async function deployFolder(
  { workspace }: { workspace: Pick<Workspace, 'running'> },
  folder: string,
  options: { app?: string; branch?: string; environment?: Record<string, string> } = {},
): Promise<Deployed> {
  const shown: string[] = [];
  const repository = await inspectRepository(folder, options.branch);
  const report = await deployRepository(workspace.running, repository, {
    ...options,
    show: (line) => shown.push(line),
  });
  return { ...report, shown };
}
