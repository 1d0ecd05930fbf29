import { parseArgs } from 'node:util';
import { connect } from './api.ts';
import { CliError } from './errors.ts';
import { readLog } from './follow.ts';
import { dataFolder, findTowpath } from './running.ts';
import type { Verb } from './towpath.ts';

export const logs: Verb = {
  usage: 'logs DEPLOYMENT [--data DIR] [--json]',
  summary: 'Prints the build log of a deployment.',

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { data: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    const [deployment] = positionals;
    if (!deployment) throw new CliError('Which deployment? "npm run towpath -- list" shows their ids.', 2);
    const lines = await readLog(connect(findTowpath(dataFolder(values.data))), deployment);
    if (values.json) console.log(JSON.stringify({ deployment, lines }));
    else for (const line of lines) console.log(line);
    return 0;
  },
};
