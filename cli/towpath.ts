/** `towpath VERB`: one file per verb. */
import { artifacts } from './artifacts.ts';
import { completionFor } from './completion.ts';
import { connect, disconnect, rotate } from './connection.ts';
import { deploy } from './deploy.ts';
import { doctor } from './doctor.ts';
import { domain } from './domain.ts';
import { env } from './env.ts';
import { CliError, isUsageError, reportFailure } from './errors.ts';
import { helpOf, overview, unknownVerb, type Verbs, verbNamed, wrongUsage } from './help.ts';
import { list } from './list.ts';
import { logs } from './logs.ts';
import { notify } from './notify.ts';
import { open } from './open.ts';
import { promote, rollback } from './promote.ts';
import { protect } from './protect.ts';
import { pushes } from './pushes.ts';
import { redeploy } from './redeploy.ts';
import { releases } from './releases.ts';
import { remove } from './remove.ts';
import { replay } from './replay.ts';
import { retention } from './retention.ts';
import { settings } from './settings.ts';
import { status } from './status.ts';
import { token } from './token.ts';
import { up } from './up.ts';
import type { Verb } from './verb.ts';
import { watch } from './watch.ts';

const completion: Verb = {
  brief: 'a script for bash, zsh or fish',
  usage: 'completion bash|zsh|fish',
  summary: 'Prints a script that completes verbs and options of a command named towpath.',
  run: async ([shell]) => {
    console.log(completionFor(shell, Object.assign({}, ...Object.values(VERBS))));
    return 0;
  },
};

const VERBS: Verbs = {
  'On a laptop': { up, deploy, watch, doctor },
  'Repositories and what a push means': { connect, rotate, disconnect, pushes },
  Deployments: { list, status, open, logs, artifacts, replay, redeploy, releases, promote, rollback },
  'Apps and sites': { env, settings, domain, protect, retention, remove },
  'People and programs': { notify, token, completion },
};

async function main([name = 'help', ...args]: string[]): Promise<number> {
  if (['help', '--help', '-h'].includes(name)) {
    console.log(overview(VERBS));
    return 0;
  }
  const verb = verbNamed(VERBS, name);
  if (!verb) throw new CliError(unknownVerb(VERBS, name), 2);
  if (args.includes('--help') || args.includes('-h')) {
    console.log(helpOf(verb));
    return 0;
  }
  return verb.run(args).catch((error) => {
    throw isUsageError(error) ? new CliError(wrongUsage(error.message, verb), 2, { cause: error }) : error;
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = reportFailure(error);
}
