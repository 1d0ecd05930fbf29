import { parseArgs } from 'node:util';
import { connect } from './api.ts';
import { followLog } from './build-log.ts';
import { CliError } from './errors.ts';
import { dataFolder, findTowpath } from './running.ts';
import type { Verb } from './towpath.ts';

export const logs: Verb = {
  usage: 'logs DEPLOYMENT [--data DIR] [--json]',
  summary: 'Prints the build log of a deployment, and goes on until the build has ended.',

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { data: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    const [deployment] = positionals;
    if (!deployment) throw new CliError('Which deployment? "npm run towpath -- list" shows their ids.', 2);
    const lines: string[] = [];
    const show = values.json ? (line: string) => lines.push(line) : (line: string) => console.log(line);
    await followLog(connect(findTowpath(dataFolder(values.data))), deployment, show);
    if (values.json) console.log(JSON.stringify({ deployment, lines }));
    return 0;
  },
};
