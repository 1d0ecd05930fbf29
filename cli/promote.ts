import { answer, connect, type TowpathApi } from './api.ts';
import { readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { follow } from './follow.ts';
import { finish, progressLines } from './report.ts';
import { dataFolder, findTowpath } from './running.ts';
import type { Verb } from './verb.ts';

const WHICH_SITE = 'Which site? "npm run towpath -- list" shows them.';

export const promote: Verb = {
  brief: 'switches a site to a kept release, without a build',
  usage: 'promote SITE RELEASE [--data DIR] [--json]',
  summary: 'Switches a site to a kept release, without a build. A release has the id of the deployment that made it.',

  async run(args) {
    const { values, positionals } = readArguments(args, 2, {});
    const [site, release] = positionals;
    if (!site) throw new CliError(WHICH_SITE, 2);
    if (!release)
      throw new CliError(`Which release? "npm run towpath -- releases ${site}" shows those that are kept.`, 2);
    return switchSite(values, (api) =>
      answer(api.sites[':site'].promote.$post({ param: { site }, json: { release } } as never)),
    );
  },
};

export const rollback: Verb = {
  brief: 'switches a site back to the release before',
  usage: 'rollback SITE [--data DIR] [--json]',
  summary: 'Switches a site back to the release that was live before, without a build.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, {});
    const [site] = positionals;
    if (!site) throw new CliError(WHICH_SITE, 2);
    return switchSite(values, (api) => askRollback(api, site));
  },
};

const askRollback = (api: TowpathApi, site: string) => answer(api.sites[':site'].rollback.$post({ param: { site } }));
type Promoted = Awaited<ReturnType<typeof askRollback>>;

async function switchSite(
  { data, json }: { data?: string; json: boolean },
  ask: (api: TowpathApi) => Promise<Promoted>,
): Promise<number> {
  const show = progressLines(json);
  const running = findTowpath(dataFolder(data));
  const api = connect(running);
  const { deployment, release, status } = await ask(api);
  show(
    `Deployment ${deployment} promotes release ${release}${status === 'waiting' ? ', once the running one has ended' : ''}`,
  );
  return finish(await follow(api, deployment, show), running, json, show);
}
