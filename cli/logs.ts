import { connect } from './api.ts';
import { readArguments } from './arguments.ts';
import { followLog } from './build-log.ts';
import { CliError } from './errors.ts';
import { untilInterrupted } from './interrupt.ts';
import { dataFolder, findTowpath } from './running.ts';
import { asText, showSiteLogs } from './site-logs.ts';
import type { Verb } from './verb.ts';

/** Sites have small letters. */
const isDeployment = (id: string) => /^[0-9A-Z]{26}$/.test(id);

export const logs: Verb = {
  brief: 'a deployment’s build log, or what a site’s functions wrote',
  usage: 'logs DEPLOYMENT|SITE [--follow] [--since MINUTES] [--all] [--data DIR] [--json]',
  summary:
    'Prints the build log of a deployment, and goes on until the build has ended; or what a site’s functions wrote in every Region of late.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, {
      follow: { type: 'boolean', default: false },
      since: { type: 'string', default: '10' },
      all: { type: 'boolean', default: false },
    });
    const [deployment] = positionals;
    if (!deployment) throw new CliError('Which deployment or site? "npm run towpath -- list" shows them.', 2);
    if (!isDeployment(deployment)) {
      const minutes = Number(values.since);
      if (!(minutes > 0)) throw new CliError(`--since takes minutes, not "${values.since}".`, 2);
      const { follow, all, json } = values;
      await showSiteLogs(connect(findTowpath(dataFolder(values.data))), deployment, {
        since: Date.now() - minutes * 60_000,
        follow,
        all,
        show: (line) => console.log(json ? JSON.stringify(line) : asText(line)),
        warn: (line) => console.error(line),
        until: follow ? untilInterrupted() : Promise.resolve(),
      });
      return 0;
    }
    const lines: string[] = [];
    const show = values.json ? (line: string) => lines.push(line) : (line: string) => console.log(line);
    await followLog(connect(findTowpath(dataFolder(values.data))), deployment, show);
    if (values.json) console.log(JSON.stringify({ deployment, lines }));
    return 0;
  },
};
