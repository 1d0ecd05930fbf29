import { previewBranch } from '../domain/site.ts';
import { answer, connect } from './api.ts';
import { readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { awaitPushed, follow } from './follow.ts';
import { finish, progressLines } from './report.ts';
import { inspectRepository } from './repository.ts';
import { dataFolder, findTowpath } from './running.ts';
import type { Verb } from './verb.ts';

export const watch: Verb = {
  brief: 'after a git push: follows the deployment of your commit',
  usage: 'watch [PATH] [--app NAME] [--branch B | --pull-request N] [--data DIR] [--json]',
  summary: 'After a "git push": follows the deployment of the commit that the Git repository at PATH is on.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, {
      app: { type: 'string' },
      branch: { type: 'string' },
      'pull-request': { type: 'string' },
    });
    const { suggestedName, sha, ...head } = await inspectRepository(positionals[0] ?? '.', values.branch);
    const running = findTowpath(dataFolder(values.data));
    const app = values.app ?? suggestedName;
    const asked = pullRequest(values['pull-request']);
    const orPreview = asked === undefined && values.branch === undefined;
    const show = progressLines(values.json);
    const api = connect(running);
    await answer(api.apps[':app'].$get({ param: { app } }));
    const pushed = { app, branch: asked ?? head.branch, sha, known: new Set<string>(), orPreview };
    const { id, commit, preview } = await awaitPushed(api, pushed);
    const of = preview ? previewBranch(preview.number) : commit.branch;
    show(`Deployment ${id} of ${app}, ${of}, commit ${sha.slice(0, 7)}`);
    return finish(await follow(api, id, show), running, values.json, show);
  },
};

function pullRequest(given: string | undefined): string | undefined {
  if (given !== undefined && !/^[1-9]\d*$/.test(given))
    throw new CliError(`--pull-request takes its number, not "${given}".`, 2);
  return given && previewBranch(Number(given));
}
