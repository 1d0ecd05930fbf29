/**
 * `npm start`: the main job, watched. Starts the local cloud, makes a Git repository of examples/next-11, pushes it, shows
 * every step, and stays; with `--once` it checks the site over HTTP and ends, with one JSON object as its last line.
 */
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { deployRepository } from './deploy.ts';
import { CliError, isUsageError, reportFailure } from './errors.ts';
import type { DeploymentReport } from './follow.ts';
import { untilInterrupted } from './interrupt.ts';
import { git, inspectRepository } from './repository.ts';
import { dataFolder } from './running.ts';
import { readPort } from './up.ts';
import { startWorkspace, type Workspace } from './workspace.ts';

const USAGE = `Usage: npm start [-- [--once] [--port N] [--data DIR]]

Deploys examples/next-11 on the local cloud and stays until Ctrl-C; with --once it ends by itself, with one JSON object as
its last line. An app of your own: npm run towpath -- help.`;

const EXAMPLE = join(import.meta.dirname, '..', 'examples', 'next-11');

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      once: { type: 'boolean', default: false },
      port: { type: 'string' },
      data: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const folder = dataFolder(values.data);
  const show = values.once ? (line: string) => console.error(line) : (line: string) => console.log(line);
  const interrupted = untilInterrupted();
  const workspace = await startWorkspace({ folder, port: readPort(values.port), log: show });
  try {
    const work = deployExample(workspace, folder, show);
    const report = await Promise.race([work, interrupted.then(() => undefined)]);
    if (!report) return 130;
    if (values.once) return await finishOnce(report, show);
    if (report.status === 'succeeded') show(invitation(workspace, report, folder));
    else show('\nThe local cloud stays up for a look; Ctrl-C ends it.');
    await interrupted;
    return report.status === 'succeeded' ? 0 : 1;
  } finally {
    await workspace.stop();
  }
}

async function deployExample(
  { running }: Workspace,
  folder: string,
  show: (line: string) => void,
): Promise<DeploymentReport> {
  const checkout = join(folder, 'example');
  await prepareCheckout(checkout);
  return deployRepository(running, await inspectRepository(checkout, 'main'), {
    app: 'next-11',
    environment: { LOCK_KEEPER_NOTE: 'Mind the paddle gear' },
    show,
  });
}

/** A repository of its own: the user may edit it and push again. */
async function prepareCheckout(checkout: string): Promise<void> {
  if (existsSync(join(checkout, '.git'))) return;
  mkdirSync(checkout, { recursive: true });
  cpSync(EXAMPLE, checkout, { recursive: true, filter: (path) => !/[\\/](node_modules|\.next|out)$/.test(path) });
  await git(checkout, 'init', '--quiet', '--initial-branch=main');
  await git(checkout, 'add', '--all');
  await git(
    checkout,
    '-c',
    'user.name=Towpath',
    '-c',
    'user.email=towpath@localhost',
    'commit',
    '--quiet',
    '--message',
    'The example',
  );
}

/** Live means that a visitor gets the page. */
async function finishOnce(report: DeploymentReport, show: (line: string) => void): Promise<number> {
  const live = report.status === 'succeeded' && (await answersOk(report.url, show));
  console.log(JSON.stringify({ ...report, status: live ? 'succeeded' : 'failed' }));
  return live ? 0 : 1;
}

async function answersOk(url: string | undefined, show: (line: string) => void): Promise<boolean> {
  if (!url) return false;
  const response = await fetch(url).catch((error: Error) => error);
  const said = response instanceof Error ? response.message : `${response.status}`;
  show(`GET ${url} → ${said}`);
  return !(response instanceof Error) && response.ok;
}

const invitation = ({ running, cloud }: Workspace, { url }: DeploymentReport, folder: string) => `
  site           ${url}
  Git remote     ${running.git}/next-11.git     (checkout: ${join(folder, 'example')}; change it, commit, git push towpath main)
  AWS endpoint   ${running.endpoint}     AWS_ACCESS_KEY_ID=${cloud.credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${cloud.credentials.secretAccessKey} AWS_REGION=${cloud.region} AWS_DEFAULT_REGION=${cloud.region}

Ctrl-C ends it.`;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const typed = isUsageError(error) ? new CliError(`${error.message}\n\n${USAGE}`, 2, { cause: error }) : error;
  process.exitCode = reportFailure(typed);
}
