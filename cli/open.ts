import { spawn } from 'node:child_process';
import { connect } from './api.ts';
import { readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { dataFolder, findTowpath } from './running.ts';
import { urlOfSite } from './status.ts';
import type { Verb } from './verb.ts';

export const open: Verb = {
  brief: 'opens a site in the browser',
  usage: 'open SITE [--data DIR] [--json]',
  summary: 'Opens a site in the browser (that of $BROWSER, if set), and prints its address.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, {});
    const [site] = positionals;
    if (!site) throw new CliError('Which site? "npm run towpath -- status" shows them.', 2);
    const running = findTowpath(dataFolder(values.data));
    const url = await urlOfSite(connect(running), site, running.endpoint);
    console.log(values.json ? JSON.stringify({ site, url }) : url);
    await show(url);
    return 0;
  },
};

const OPENERS: Partial<Record<NodeJS.Platform, [command: string, ...args: string[]]>> = {
  darwin: ['open'],
  // `start` takes the first quoted word for a window's title.
  win32: ['cmd', '/c', 'start', ''],
};

async function show(url: string): Promise<void> {
  const { BROWSER } = process.env;
  const [command, ...args] = BROWSER ? [BROWSER] : (OPENERS[process.platform] ?? ['xdg-open']);
  const child = spawn(command, [...args, url], { stdio: 'ignore' });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', () => resolve());
    child.once('error', (cause) =>
      reject(new CliError(`${command} could not be started: open the address yourself.`, 1, { cause })),
    );
  });
}
