import { answer, connect, type TowpathApi } from './api.ts';
import { readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { table } from './format.ts';
import { dataFolder, findTowpath } from './running.ts';
import type { Verb } from './verb.ts';

export const pushes: Verb = {
  brief: 'what a push means: branches, tags, previews',
  usage:
    'pushes APP [--branch PATTERN]… [--tag PATTERN|none]… [--tag-site NAME] [--previews off|own|all] [--deleted-branches keep|remove] [--reuse-builds on|off] [--data DIR] [--json]',
  summary:
    'Says what a push means to an app: the branches that are deployed (release/*), the tags, and to which site, pull requests that get a site (own: not from forks), what becomes of deleted branches’ sites; and lists what was not deployed, and why.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, {
      branch: { type: 'string', multiple: true },
      tag: { type: 'string', multiple: true },
      'tag-site': { type: 'string' },
      previews: { type: 'string' },
      'deleted-branches': { type: 'string' },
      'reuse-builds': { type: 'string' },
    });
    const [app] = positionals;
    if (!app) throw new CliError('Pushes to which app? "npm run towpath -- list" shows the sites of each.', 2);
    const api = connect(findTowpath(dataFolder(values.data)));
    const change = {
      ...(values.branch && { branches: values.branch }),
      ...(values.tag && { tags: values.tag.filter((pattern) => pattern !== 'none') }),
      ...(values['tag-site'] && { tagSite: values['tag-site'] }),
      ...(values.previews && { previews: values.previews }),
      ...(values['deleted-branches'] && { deletedBranches: values['deleted-branches'] }),
      ...(values['reuse-builds'] && { reuseBuilds: onOrOff(values['reuse-builds']) }),
    };
    const shown = Object.keys(change).length > 0 ? await put(api, app, change) : await get(api, app);
    if (values.json) console.log(JSON.stringify(shown));
    else console.log(describe(shown));
    return 0;
  },
};

const get = (api: TowpathApi, app: string) => answer(api.apps[':app'].pushes.$get({ param: { app } }));
type Pushes = Awaited<ReturnType<typeof get>>;
const put = (api: TowpathApi, app: string, json: object) =>
  answer<Pushes>(api.apps[':app'].pushes.$patch({ param: { app }, json } as never));

function onOrOff(given: string): boolean {
  if (given !== 'on' && given !== 'off') throw new CliError(`"--reuse-builds ${given}" is neither on nor off.`, 2);
  return given === 'on';
}

const describe = ({ branches, tags, tagSite, previews, deletedBranches, reuseBuilds, ignored }: Pushes) =>
  [
    `Branches          ${branches.join(', ')}`,
    `Tags              ${tags.length > 0 ? `${tags.join(', ')}, to the site of ${tagSite}` : 'not deployed'}`,
    `Previews          ${previews}`,
    `Deleted branches  ${deletedBranches}`,
    `Reuse builds      ${reuseBuilds ? 'on' : 'off'}`,
    ...(ignored.length > 0 ? ['', notDeployed(ignored)] : []),
  ].join('\n');

/** What was pushed, and why it was not deployed. */
export const notDeployed = (ignored: Pushes['ignored']) =>
  table(
    ['NOT DEPLOYED', 'COMMIT', 'AT', 'WHY'],
    ignored.map(({ branch, sha, at, reason }) => [branch, sha?.slice(0, 7) ?? '', at, reason]),
  );
