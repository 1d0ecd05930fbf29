import { answer, connect } from './api.ts';
import { readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { follow } from './follow.ts';
import { finish, progressLines } from './report.ts';
import { dataFolder, findTowpath } from './running.ts';
import type { Verb } from './verb.ts';

export const replay: Verb = {
  brief: 'tries a failed deployment again, from the step that failed',
  usage: 'replay DEPLOYMENT [--data DIR] [--json]',
  summary: 'Tries a failed deployment again, from the step that failed, and follows it to its end.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, {});
    const [id] = positionals;
    if (!id) throw new CliError('Which deployment? "npm run towpath -- list" shows their ids.', 2);
    const show = progressLines(values.json);
    const running = findTowpath(dataFolder(values.data));
    const api = connect(running);
    const replayed = await answer(api.deployments[':id'].replay.$post({ param: { id } }));
    if (replayed.how === 'redriven') show(`Deployment ${id} goes on from where it failed`);
    else if (replayed.how === 'promoted')
      show(`Its release is promoted as deployment ${replayed.deployment}: ${replayed.because}`);
    else
      show(`It cannot be redriven (${replayed.because}): its commit starts anew as deployment ${replayed.deployment}`);
    return finish(await follow(api, replayed.deployment, show), running, values.json, show);
  },
};
