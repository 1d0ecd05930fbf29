import { answer, connect, type TowpathApi } from './api.ts';
import { readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { table } from './format.ts';
import { dataFolder, findTowpath } from './running.ts';
import type { Verb } from './verb.ts';

export const token: Verb = {
  brief: 'tokens of the HTTP API',
  usage: 'token create NAME [--days N] | list | revoke NAME [--data DIR] [--json]',
  summary: 'Makes, lists and revokes tokens of the HTTP API. A new one is shown once; Towpath keeps its hash.',

  async run(args) {
    const { values, positionals } = readArguments(args, 2, { days: { type: 'string' } });
    const [action = 'list', name] = positionals;
    const api = connect(findTowpath(dataFolder(values.data)));
    if (action === 'list') {
      const tokens = await listed(api);
      console.log(values.json ? JSON.stringify(tokens) : asTable(tokens));
      return 0;
    }
    if (action !== 'create' && action !== 'revoke')
      throw new CliError(`Tokens are created, listed or revoked, not "${action}".`, 2);
    if (!name) throw new CliError(`Which token? Name it: towpath token ${action} NAME`, 2);
    const token = action === 'create' ? await create(api, name, values.days) : await revoke(api, name);
    if (values.json) console.log(JSON.stringify(token));
    else console.log('token' in token ? token.token : `The token ${name} lets nobody in any more.`);
    return 0;
  },
};

type Listed = Awaited<ReturnType<typeof listed>>[number];

const listed = (api: TowpathApi) => answer(api.tokens.$get());

const create = (api: TowpathApi, name: string, days?: string) =>
  answer<Listed & { token: string }>(
    api.tokens.$post({ json: { name, expiresInDays: days === undefined ? undefined : Number(days) } } as never),
  );

const revoke = (api: TowpathApi, name: string) => answer<Listed>(api.tokens[':name'].$delete({ param: { name } }));

const asTable = (tokens: Listed[]) =>
  table(
    ['NAME', 'CREATED', 'EXPIRES'],
    tokens.map(({ name, createdAt, expiresAt }) => [name, createdAt, expiresAt ?? 'never']),
  );
