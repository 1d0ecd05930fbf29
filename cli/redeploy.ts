import { answer, connect, type TowpathApi } from './api.ts';
import { readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { follow } from './follow.ts';
import { finish, progressLines } from './report.ts';
import { dataFolder, findTowpath } from './running.ts';
import type { Verb } from './verb.ts';

export const redeploy: Verb = {
  brief: 'deploys the live commit again with the settings of now',
  usage: 'redeploy SITE [--build] [--data DIR] [--json]',
  summary:
    'Deploys a site’s live commit again with the settings of now: without a build, unless a NEXT_PUBLIC_ variable changed or --build asks for one.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, {
      build: { type: 'boolean', default: false },
    });
    const [site] = positionals;
    if (!site) throw new CliError('Which site? "npm run towpath -- list" shows them.', 2);
    const show = progressLines(values.json);
    const running = findTowpath(dataFolder(values.data));
    const api = connect(running);
    const { deployment, status, buildsBecause } = await ask(api, site, values.build);
    const how = buildsBecause === undefined ? 'takes the live build' : `builds anew, for ${buildsBecause}`;
    show(`Deployment ${deployment} ${how}${status === 'waiting' ? ', once the running one has ended' : ''}`);
    return finish(await follow(api, deployment, show), running, values.json, show);
  },
};

const redeployAt = (api: TowpathApi) => api.sites[':site'].redeploy.$post;
const ask = (api: TowpathApi, site: string, build: boolean) =>
  answer(redeployAt(api)({ param: { site }, json: { build } } as never) as ReturnType<ReturnType<typeof redeployAt>>);
