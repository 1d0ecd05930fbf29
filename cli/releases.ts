import { answer, connect } from './api.ts';
import { readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { table } from './format.ts';
import { dataFolder, findTowpath } from './running.ts';
import type { Verb } from './verb.ts';

export const releases: Verb = {
  brief: 'what a site can be switched to',
  usage: 'releases SITE [--data DIR] [--json]',
  summary: 'Lists the kept releases of a site, newest first: "promote" switches to any of them, without a build.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, {});
    const [site] = positionals;
    if (!site) throw new CliError('Of which site? "npm run towpath -- status" shows them.', 2);
    const api = connect(findTowpath(dataFolder(values.data)));
    const kept = await answer(api.sites[':site'].releases.$get({ param: { site } }));
    console.log(values.json ? JSON.stringify(kept) : asTable(site, kept));
    return 0;
  },
};

interface Kept {
  release: string;
  number: number;
  createdAt: string;
  state: string;
  commit?: { sha: string; message: string };
}

const asTable = (site: string, kept: Kept[]) =>
  kept.length === 0
    ? `${site} has no release yet.`
    : table(
        ['RELEASE', 'DEPLOYMENT', 'MADE', 'COMMIT', '', 'STATE'],
        kept.map(({ release, number, createdAt, commit, state }) => [
          release,
          String(number),
          createdAt,
          commit?.sha.slice(0, 7) ?? '',
          commit?.message.split('\n')[0]?.slice(0, 40) ?? '',
          state,
        ]),
      );
