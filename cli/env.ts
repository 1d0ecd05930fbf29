import { text } from 'node:stream/consumers';
import { answer, connect, type TowpathApi } from './api.ts';
import { type Given, readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { table } from './format.ts';
import { dataFolder, findTowpath } from './running.ts';
import type { Verb } from './verb.ts';

const OPTIONS = {
  branch: { type: 'string' },
  previews: { type: 'boolean', default: false },
  'pull-request': { type: 'string' },
  secret: { type: 'boolean', default: false },
  from: { type: 'string' },
  bake: { type: 'boolean', default: false },
} as const;

export const env: Verb = {
  brief: 'variables and secrets of builds and functions',
  usage:
    'env set|unset|list APP [NAME[=VALUE]…] [--branch B | --previews | --pull-request N] [--secret | --from STORE:NAME] [--bake] [--data DIR] [--json]',
  summary:
    'Variables of builds and functions. --secret reads the value from standard input; --from refers to ssm:/… or secretsmanager:…; --bake puts a secret into the functions instead of fetching it when they start.',

  async run(args) {
    const { values, positionals } = readArguments(args, Number.POSITIVE_INFINITY, OPTIONS);
    const [action, app, ...names] = positionals;
    if (!action || !Object.hasOwn(ACTIONS, action)) throw new CliError('Variables are set, unset or listed.', 2);
    if (!app) throw new CliError('Variables of which app? "npm run towpath -- list" shows the sites of each.', 2);
    const api = connect(findTowpath(dataFolder(values.data)));
    const shown = await ACTIONS[action as keyof typeof ACTIONS](api, app, names, values);
    if (values.json) console.log(JSON.stringify(shown));
    else if (shown.length === 0) console.log(`${app} has no variables: "env set ${app} NAME=VALUE" adds one.`);
    else console.log(asTable(shown));
    if (action !== 'list' && !values.json)
      console.log(
        '\nIt counts from the next deployment on: a push, or "redeploy SITE", which builds only where it must.',
      );
    return 0;
  },
};

type Values = Given<typeof OPTIONS>;
type Listed = Awaited<ReturnType<typeof list>>[number];

const variablesOf = (api: TowpathApi) => api.apps[':app'].variables;
const list = (api: TowpathApi, app: string) => answer(variablesOf(api).$get({ param: { app } }));

function scopeOf({ branch, previews, 'pull-request': pullRequest }: Values): string {
  if ([branch !== undefined, previews, pullRequest !== undefined].filter(Boolean).length > 1)
    throw new CliError('Give one of --branch, --previews and --pull-request.', 2);
  if (branch !== undefined) return `branch:${branch}`;
  if (pullRequest !== undefined) return `pull-request:${pullRequest}`;
  return previews ? 'previews' : 'app';
}

const STORES: Record<string, 'parameter-store' | 'secrets-manager'> = {
  ssm: 'parameter-store',
  secretsmanager: 'secrets-manager',
};

async function givenFor(values: Values, value: string | undefined) {
  const atRunTime = values.bake ? ('baked' as const) : ('fetched' as const);
  if (values.from !== undefined) {
    const [, store = '', name = ''] = /^(ssm|secretsmanager):(.+)$/.exec(values.from) ?? [];
    if (!STORES[store] || value !== undefined)
      throw new CliError('--from takes ssm:/name or secretsmanager:name[:key], and the variable no value.', 2);
    return { kind: 'reference' as const, store: STORES[store], name, atRunTime };
  }
  if (values.secret) {
    if (value !== undefined)
      throw new CliError('A secret on the command line stays in the shell’s history: give it by standard input.', 2);
    return { kind: 'secret' as const, value: (await text(process.stdin)).replace(/\r?\n$/, ''), atRunTime };
  }
  if (value === undefined) throw new CliError('Which value? Write NAME=VALUE, or --secret.', 2);
  return { kind: 'plain' as const, value };
}

async function set(api: TowpathApi, app: string, pairs: string[], values: Values): Promise<Listed[]> {
  const isSecret = values.secret || values.from !== undefined;
  if (pairs.length === 0 || (isSecret && pairs.length > 1))
    throw new CliError(isSecret ? 'Name one variable.' : 'Which variables? Write NAME=VALUE.', 2);
  if (values.bake && !isSecret) throw new CliError('--bake is for secrets.', 2);
  const scope = scopeOf(values);
  const changed: Listed[] = [];
  for (const pair of pairs) {
    const [, name = '', value] = /^([^=]*)(?:=([\s\S]*))?$/.exec(pair) ?? [];
    const json = { scope, given: await givenFor(values, value) };
    changed.push(await answer<Listed>(variablesOf(api)[':name'].$put({ param: { app, name }, json } as never)));
  }
  return changed;
}

async function unset(api: TowpathApi, app: string, names: string[], values: Values): Promise<Listed[]> {
  if (names.length === 0) throw new CliError('Which variables?', 2);
  const query = { scope: scopeOf(values) };
  const removed: Listed[] = [];
  for (const name of names)
    removed.push(await answer<Listed>(variablesOf(api)[':name'].$delete({ param: { app, name }, query } as never)));
  return removed;
}

const ACTIONS = { set, unset, list };

const kindOf = ({ secret }: Listed) => (secret ? `secret, ${secret.atRunTime} (${secret.name})` : 'plain');

const asTable = (variables: Listed[]) =>
  table(
    ['NAME', 'SCOPE', 'KIND', 'CHANGED'],
    variables.map((variable) => [variable.name, variable.scope, kindOf(variable), variable.updatedAt]),
  );
