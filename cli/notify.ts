import { text } from 'node:stream/consumers';
import { answer, connect, type TowpathApi } from './api.ts';
import { readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { table } from './format.ts';
import { dataFolder, findTowpath } from './running.ts';
import type { Verb } from './verb.ts';

type Listed = Awaited<ReturnType<typeof listed>>[number];

const KINDS = ['slack', 'teams', 'discord', 'webhook'] as const;

export const notify: Verb = {
  brief: 'tells a chat or a program of deployments',
  usage:
    'notify APP [--slack|--teams|--discord|--webhook URL|- [--branch B]… [--event E]…] [--remove ID] [--data DIR] [--json]',
  summary:
    'Tells a chat or a program of an app’s deployments (- reads the URL from standard input), or lists and removes who is told.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, {
      slack: { type: 'string' },
      teams: { type: 'string' },
      discord: { type: 'string' },
      webhook: { type: 'string' },
      branch: { type: 'string', multiple: true },
      event: { type: 'string', multiple: true },
      remove: { type: 'string' },
    });
    const [app] = positionals;
    if (!app) throw new CliError('Notifications of which app? "npm run towpath -- list" shows the sites of each.', 2);
    const added = KINDS.flatMap((kind) => (values[kind] === undefined ? [] : [{ kind, url: values[kind] }]));
    const [chat, ...more] = added;
    if (more.length > 0 || (chat && values.remove !== undefined))
      throw new CliError(`Give one of --${KINDS.join(', --')} and --remove at a time.`, 2);
    if (!chat && (values.branch || values.event))
      throw new CliError(`--branch and --event narrow a new notification: give its --${KINDS.join(' or --')} too.`, 2);

    const api = connect(findTowpath(dataFolder(values.data)));
    const wanted = { branches: values.branch, events: values.event?.map(eventName) };
    const shown =
      values.remove !== undefined
        ? [await remove(api, app, values.remove)]
        : chat
          ? [await add(api, app, { kind: chat.kind, url: await readUrl(chat.url), ...wanted })]
          : await listed(api, app);
    if (values.json) console.log(JSON.stringify(shown));
    else console.log(shown.length > 0 ? asTable(shown) : `Nobody is told of ${app}: --slack URL adds a chat.`);
    if (!values.json) for (const { id, problem } of shown) if (problem) console.log(notTold(app, id, problem));
    const [{ secret } = {}] = shown as Partial<Added>[];
    if (secret && !values.json) console.log(`\nIts deliveries are signed with ${secret}, which is not shown again.`);
    return 0;
  },
};

const listed = (api: TowpathApi, app: string) => answer(api.apps[':app'].notifications.$get({ param: { app } }));

type Added = Listed & { secret?: string };

const add = (api: TowpathApi, app: string, json: object) =>
  answer<Added>(api.apps[':app'].notifications.$post({ param: { app }, json } as never));

const remove = (api: TowpathApi, app: string, id: string) =>
  answer<Listed>(api.apps[':app'].notifications[':id'].$delete({ param: { app, id } }));

/** A URL on the command line stays in the shell's history: standard input does not. */
const readUrl = async (given: string) => (given === '-' ? (await text(process.stdin)).trim() : given);

/** `failed` for `deployment.failed`. */
const eventName = (given: string) => (given.includes('.') ? given : `deployment.${given.replaceAll('-', '_')}`);

const notTold = (app: string, id: string, { message, since }: NonNullable<Listed['problem']>) => `
${id} hears nothing since ${since}: ${message}.
If its URL is wrong, add it anew with the right one, and: notify ${app} --remove ${id}. Nothing is lost: docs/reference/notifications.md says how to have it posted again.`;

const asTable = (notifications: Listed[]) =>
  table(
    ['ID', 'KIND', 'BRANCHES', 'EVENTS'],
    notifications.map(({ id, kind, branches, events }) => [
      id,
      kind,
      branches?.join(', ') ?? 'all',
      events?.join(', ') ?? 'all',
    ]),
  );
