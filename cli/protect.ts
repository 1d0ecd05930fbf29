import { text } from 'node:stream/consumers';
import { siteIdOf } from '../domain/site.ts';
import { answer, connect, type TowpathApi } from './api.ts';
import { type Given, readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { follow } from './follow.ts';
import { finish, progressLines } from './report.ts';
import { dataFolder, findTowpath, type Running } from './running.ts';
import type { Verb } from './verb.ts';

const OPTIONS = {
  branch: { type: 'string' },
  user: { type: 'string' },
  'password-stdin': { type: 'boolean', default: false },
  /** For those who try: what stands in a command line can be read by others. */
  password: { type: 'string' },
  off: { type: 'boolean', default: false },
} as const;

export const protect: Verb = {
  brief: 'lets nobody see a site without a password',
  usage: 'protect SITE [--user NAME] [--password-stdin] | SITE --off | APP --branch B … [--data DIR] [--json]',
  summary:
    'Lets nobody see a site without a password, which is made for you or read from standard input; --off opens it again. Neither builds anything.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, OPTIONS);
    const [name] = positionals;
    if (!name) throw new CliError('Which site? "npm run towpath -- list" shows them.', 2);
    if (values.off && (values.user !== undefined || values['password-stdin']))
      throw new CliError('--off takes no user and no password.', 2);
    if (values.password !== undefined)
      throw new CliError(
        'A password in a command line stays in the shell’s history, and others on the machine can read it: give it by --password-stdin, or let one be made.',
        2,
      );
    const site = values.branch === undefined ? name : siteIdOf(name, values.branch);
    const running = findTowpath(dataFolder(values.data));
    const api = connect(running);
    const show = progressLines(values.json);
    const done = values.off ? await remove(api, site) : await set(api, site, await wantedOf(name, values));
    show(values.off ? `${site} is open to everybody.` : `${site} is protected.\n\n  user      ${done.user}`);
    if ('password' in done && done.password !== undefined)
      console.log(
        values.json
          ? JSON.stringify({ user: done.user, password: done.password })
          : `  password  ${done.password}\n\nIt is shown this once, and kept nowhere.\n`,
      );
    return done.deployment === undefined ? 0 : applied(api, done.deployment, running, values.json, show);
  },
};

type Values = Given<typeof OPTIONS>;

async function wantedOf(name: string, { branch, user, 'password-stdin': fromInput }: Values) {
  return {
    ...(user !== undefined && { user }),
    ...(fromInput && { password: (await text(process.stdin)).replace(/\r?\n$/, '') }),
    ...(branch !== undefined && { app: name, branch }),
  };
}

interface Done {
  user: string;
  password?: string;
  deployment?: string;
}

const accessOf = (api: TowpathApi) => api.sites[':site'].access;
const set = (api: TowpathApi, site: string, json: object) =>
  answer<Done>(accessOf(api).$put({ param: { site }, json } as never));
const remove = (api: TowpathApi, site: string) => answer<Done>(accessOf(api).$delete({ param: { site } }) as never);

async function applied(
  api: TowpathApi,
  deployment: string,
  running: Partial<Running>,
  json: boolean,
  show: (line: string) => void,
): Promise<number> {
  show(`Deployment ${deployment} applies it`);
  return finish(await follow(api, deployment, show), running, json, show);
}
