import { answer, connect } from './api.ts';
import { readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { dataFolder, findTowpath } from './running.ts';
import type { Verb } from './verb.ts';

export const retention: Verb = {
  brief: 'how many releases of each site are kept',
  usage: 'retention APP [--releases N] [--days N] [--data DIR] [--json]',
  summary:
    'How many releases of each site are kept; younger ones, the live one and the one before always are. Others go within a day.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, {
      releases: { type: 'string' },
      days: { type: 'string' },
    });
    const [app] = positionals;
    if (!app) throw new CliError('Of which app? "npm run towpath -- list" shows the sites of each.', 2);
    const api = connect(findTowpath(dataFolder(values.data))).apps[':app'].retention;
    const change = {
      ...(values.releases !== undefined && { releases: count('--releases', values.releases) }),
      ...(values.days !== undefined && { days: count('--days', values.days) }),
    };
    const get = () => answer(api.$get({ param: { app } }));
    const kept =
      Object.keys(change).length > 0
        ? await answer<Awaited<ReturnType<typeof get>>>(api.$patch({ param: { app }, json: change } as never))
        : await get();
    console.log(
      values.json ? JSON.stringify(kept) : `${kept.releases} releases, and whatever is younger than ${kept.days} days`,
    );
    return 0;
  },
};

function count(option: string, given: string): number {
  if (!/^\d{1,5}$/.test(given)) throw new CliError(`"${option} ${given}" is no number.`, 2);
  return Number(given);
}
