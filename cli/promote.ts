import { parseArgs } from 'node:util';
import { answer, connect, type TowpathApi } from './api.ts';
import { CliError } from './errors.ts';
import { follow } from './follow.ts';
import { finish, progressLines } from './report.ts';
import { dataFolder, findTowpath } from './running.ts';
import type { Verb } from './towpath.ts';

const WHICH_SITE = 'Which site? "npm run towpath -- list" shows them.';

export const promote: Verb = {
  usage: 'promote SITE RELEASE [--data DIR] [--json]',
  summary: 'Switches a site to a kept release, without a build. A release has the id of the deployment that made it.',

  run: (args) =>
    switchSite(args, async (api, [site, release]) => {
      if (!site) throw new CliError(WHICH_SITE, 2);
      if (!release) throw new CliError('Which release? It has the id of the deployment that made it.', 2);
      return answer(api.sites[':site'].promote.$post({ param: { site }, json: { release } } as never));
    }),
};

export const rollback: Verb = {
  usage: 'rollback SITE [--data DIR] [--json]',
  summary: 'Switches a site back to the release that was live before, without a build.',

  run: (args) =>
    switchSite(args, async (api, [site]) => {
      if (!site) throw new CliError(WHICH_SITE, 2);
      return askRollback(api, site);
    }),
};

const askRollback = (api: TowpathApi, site: string) => answer(api.sites[':site'].rollback.$post({ param: { site } }));
type Promoted = Awaited<ReturnType<typeof askRollback>>;

async function switchSite(
  args: string[],
  ask: (api: TowpathApi, positionals: string[]) => Promise<Promoted>,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { data: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const show = progressLines(values.json);
  const running = findTowpath(dataFolder(values.data));
  const api = connect(running);
  const { deployment, release, status } = await ask(api, positionals);
  show(
    `Deployment ${deployment} promotes release ${release}${status === 'waiting' ? ', once the running one has ended' : ''}`,
  );
  return finish(await follow(api, deployment, show), running, values.json, show);
}
