import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { answer, connect, type TowpathApi } from './api.ts';
import { type Given, readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { table } from './format.ts';
import { dataFolder, findTowpath } from './running.ts';
import type { Verb } from './verb.ts';

const OPTIONS = {
  rewrites: { type: 'string' },
  headers: { type: 'string' },
  'security-headers': { type: 'string' },
  'build-timeout': { type: 'string' },
  compute: { type: 'string' },
  image: { type: 'string' },
  cache: { type: 'string' },
  next: { type: 'string' },
  node: { type: 'string' },
  'amplify-yml': { type: 'string' },
} as const;

export const settings: Verb = {
  brief: 'rewrites, headers, and how an app is built',
  usage:
    'settings APP [--rewrites FILE|-|none] [--headers FILE|-|none] [--security-headers on|off] [--build-timeout MINUTES|none] [--compute small|medium|large|xlarge|2xlarge|none] [--image IMAGE|none] [--cache on|off] [--next VERSION|none] [--node VERSION|none] [--amplify-yml FILE|-|none] [--data DIR] [--json]',
  summary:
    'Shows or changes what is kept with an app: rewrites and redirects as in redirects.json, headers as in customHttp.yml, how it is built. Files of the repository beat them.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, OPTIONS);
    const [app] = positionals;
    if (!app) throw new CliError('Settings of which app? "npm run towpath -- list" shows the sites of each.', 2);
    const security = onOrOff('security-headers', values['security-headers']);
    const build = await buildOf(values);
    const change = {
      ...(values.rewrites !== undefined && { rewrites: await read(values.rewrites) }),
      ...(values.headers !== undefined && { headers: await read(values.headers) }),
      ...(security !== undefined && { securityHeaders: security }),
      ...(Object.keys(build).length > 0 && { build }),
    };
    const api = connect(findTowpath(dataFolder(values.data)));
    const isChange = Object.keys(change).length > 0;
    const shown = await (isChange ? put(api, app, change) : get(api, app));
    console.log(values.json ? JSON.stringify(shown) : asText(shown));
    if (isChange && !values.json) console.log('\nThey count from the next deployment on: a push, or "redeploy SITE".');
    return 0;
  },
};

type Values = Given<typeof OPTIONS>;

function onOrOff(option: string, given: string | undefined): boolean | undefined {
  if (given === undefined) return undefined;
  if (given === 'on' || given === 'off') return given === 'on';
  throw new CliError(`--${option} is on or off, not "${given}".`, 2);
}

/** `none` takes a setting away. */
async function buildOf(values: Values): Promise<Record<string, unknown>> {
  const { compute, image, next, node, 'build-timeout': timeout, 'amplify-yml': amplifyYml } = values;
  const given = {
    timeoutMinutes: timeout === undefined || timeout === 'none' ? timeout : Number(timeout),
    compute,
    image,
    next,
    node,
    cache: onOrOff('cache', values.cache),
    amplifyYml: amplifyYml === undefined || amplifyYml === 'none' ? amplifyYml : await read(amplifyYml),
  };
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, value === 'none' ? null : value]));
}

const settingsOf = (api: TowpathApi) => api.apps[':app'].settings;
const get = (api: TowpathApi, app: string) => answer(settingsOf(api).$get({ param: { app } }));
type Shown = Awaited<ReturnType<typeof get>>;
const put = (api: TowpathApi, app: string, json: object) =>
  answer<Shown>(settingsOf(api).$put({ param: { app }, json } as never));

async function read(given: string): Promise<string> {
  if (given === 'none') return '';
  if (given === '-') return text(process.stdin);
  const file = resolve(process.env.INIT_CWD ?? '.', given);
  return readFile(file, 'utf8').catch((cause) => {
    throw new CliError(`${file} cannot be read: ${cause.message}`, 2, { cause });
  });
}

function asText({ rewrites = [], headers = [], securityHeaders = false, build = {} }: Shown): string {
  const rules = rewrites.map(({ status, source, target, country }) => [status, source, target, country ?? '']);
  const set = headers.flatMap(({ pattern, headers: all }) => all.map(({ name, value }) => [pattern, name, value]));
  return [
    rules.length > 0 ? table(['STATUS', 'SOURCE', 'TARGET', 'COUNTRY'], rules) : 'No rewrites or redirects.',
    set.length > 0 ? table(['PATTERN', 'HEADER', 'VALUE'], set) : 'No headers.',
    `Security headers: ${securityHeaders ? 'on' : 'off'}`,
    ...(Object.keys(build).length > 0 ? [table(['BUILD', 'SETTING'], Object.entries(build).map(asRow))] : []),
  ].join('\n\n');
}

/** Of a text with lines, that there is one. */
const asRow = ([name, value]: [string, unknown]) => {
  const text = String(value);
  return [name, text.includes('\n') ? `${text.split('\n').length} lines` : text];
};
