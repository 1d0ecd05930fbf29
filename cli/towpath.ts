/** `towpath <verb>`: one file per verb. */
import { completionFor } from './completion.ts';
import { connect, disconnect, rotate } from './connection.ts';
import { deploy } from './deploy.ts';
import { doctor } from './doctor.ts';
import { domain } from './domain.ts';
import { env } from './env.ts';
import { CliError, reportFailure } from './errors.ts';
import { list } from './list.ts';
import { logs } from './logs.ts';
import { notify } from './notify.ts';
import { open } from './open.ts';
import { promote, rollback } from './promote.ts';
import { protect } from './protect.ts';
import { pushes } from './pushes.ts';
import { redeploy } from './redeploy.ts';
import { remove } from './remove.ts';
import { replay } from './replay.ts';
import { retention } from './retention.ts';
import { settings } from './settings.ts';
import { status } from './status.ts';
import { token } from './token.ts';
import { up } from './up.ts';
import { watch } from './watch.ts';

/** Runs with the arguments after the verb; answers the exit code. */
export type Verb = { summary: string; usage: string; run: (args: string[]) => Promise<number> };

const completion: Verb = {
  usage: 'completion bash|zsh|fish',
  summary: 'Prints a script that completes verbs and options of a command named towpath.',
  run: async ([shell]) => {
    console.log(completionFor(shell, VERBS));
    return 0;
  },
};

const VERBS: Record<string, Verb> = {
  up,
  doctor,
  deploy,
  watch,
  redeploy,
  connect,
  rotate,
  disconnect,
  replay,
  promote,
  rollback,
  remove,
  logs,
  list,
  env,
  status,
  open,
  protect,
  domain,
  settings,
  notify,
  pushes,
  retention,
  token,
  completion,
};

const help = () =>
  [
    'Usage: npm run towpath -- <verb> [options]',
    '',
    ...Object.values(VERBS).flatMap(({ usage, summary }) => [`  ${usage}`, `      ${summary}`]),
    '',
    'In AWS, set TOWPATH_API (the HTTP API’s URL) and TOWPATH_TOKEN; on a laptop the running local cloud is found by itself, or by the folder TOWPATH_DATA.',
  ].join('\n');

async function main([name = 'help', ...args]: string[]): Promise<number> {
  if (name === 'help' || name === '--help' || name === '-h') {
    console.log(help());
    return 0;
  }
  const verb = VERBS[name];
  if (!verb) {
    console.error(`There is no verb "${name}".\n\n${help()}`);
    return 2;
  }
  if (args.includes('--help')) {
    console.log(`Usage: npm run towpath -- ${verb.usage}\n${verb.summary}`);
    return 0;
  }
  return verb.run(args);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = reportFailure(
    isUsageError(error) ? new CliError(`${error.message}\n\n${help()}`, 2, { cause: error }) : error,
  );
}

/** What node:util's parseArgs throws. */
function isUsageError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
