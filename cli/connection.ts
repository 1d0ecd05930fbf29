/** `towpath connect`, `rotate` and `disconnect`: a repository at a Git host, and the app that is built from it. */
import { text } from 'node:stream/consumers';
import { GIT_HOSTS, type GitHostKind } from '../domain/deployment.ts';
import { answer, connect as api, type TowpathApi } from './api.ts';
import { readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { follow } from './follow.ts';
import { finish, progressLines } from './report.ts';
import { slugOf } from './repository.ts';
import { dataFolder, findTowpath } from './running.ts';
import { readVariables } from './variables.ts';
import type { Verb } from './verb.ts';

const HOSTS: Record<string, GitHostKind> = {
  'github.com': 'github',
  'gitlab.com': 'gitlab',
  'bitbucket.org': 'bitbucket',
  'codeberg.org': 'gitea',
  'gitea.com': 'gitea',
};

export interface GivenRepository {
  host: GitHostKind;
  name: string;
  url: string;
}

/** Of a page's address, or of what `git clone` takes. Pure. */
export function repositoryAt(given: string, host?: string): GivenRepository {
  const [, server, path] = /^(?:ssh:\/\/)?git@([^:/]+)[:/](.+)$/.exec(given) ?? [];
  const url = URL.parse(server ? `https://${server}/${path}` : given);
  const name = url?.pathname.replace(/^\/+|\/+$|\.git\/*$/g, '') ?? '';
  if (!url || !/^https?:$/.test(url.protocol) || !name.includes('/'))
    throw new CliError(`"${given}" is no repository's address, like https://github.com/acme/shop.`, 2);
  const kind = GIT_HOSTS.find((one) => one === (host ?? HOSTS[url.hostname]));
  if (host !== undefined && !kind)
    throw new CliError(`--host takes github, gitlab, bitbucket or gitea, not "${host}".`, 2);
  if (!kind) throw new CliError(`What is ${url.hostname}? Add --host github, gitlab, bitbucket or gitea.`, 2);
  return { host: kind, name, url: `${url.origin}/${name}` };
}

const TOKEN = {
  'token-stdin': { type: 'boolean', default: false },
  'github-app': { type: 'string' },
  installation: { type: 'string' },
} as const;
const WHICH_APP = 'Which app? "npm run towpath -- list" shows the sites of each.';

/** Standard input keeps a token out of the shell's history and of the list of processes. */
async function readToken(values: { 'token-stdin': boolean; 'github-app'?: string; installation?: string }) {
  const { 'github-app': appId, installation: installationId } = values;
  if ((appId === undefined) !== (installationId === undefined) || (appId !== undefined && !values['token-stdin']))
    throw new CliError(
      'A GitHub App needs --github-app ID, --installation ID and --token-stdin, with its private key.',
      2,
    );
  const given = values['token-stdin'] ? (await text(process.stdin)).trim() : undefined;
  if (given === '') throw new CliError('No token came by standard input.', 2);
  return appId === undefined ? given : JSON.stringify({ appId, installationId, privateKey: given });
}

export const connect: Verb = {
  brief: 'connects a repository at GitHub, GitLab, Bitbucket or Gitea',
  usage:
    'connect URL [--app NAME] [--root DIR] [--branch B]… [--env KEY=VALUE]… [--host KIND] [--move] [--token-stdin [--github-app ID --installation ID]] [--data DIR] [--json]',
  summary:
    'Connects a repository at GitHub, GitLab, Bitbucket or Gitea: keeps the token, makes the webhook, deploys, and follows.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, {
      ...TOKEN,
      app: { type: 'string' },
      root: { type: 'string' },
      branch: { type: 'string', multiple: true },
      env: { type: 'string', multiple: true, default: [] },
      host: { type: 'string' },
      move: { type: 'boolean', default: false },
    });
    const [given] = positionals;
    if (!given) throw new CliError('Which repository? Give the address of its page.', 2);
    const repository = repositoryAt(given, values.host);
    const app = values.app ?? slugOf(repository.name.split('/').at(-1) ?? '');
    const running = findTowpath(dataFolder(values.data));
    const show = progressLines(values.json);
    const json = {
      repository,
      token: await readToken(values),
      appRoot: values.root,
      branches: values.branch,
      environment: readVariables(values.env),
      move: values.move,
    };
    const connected = await ask(api(running), app, json);
    const { deployment } = connected;
    show(
      `${connected.repository.url} is connected to the app ${app}: ${connected.branches.join(', ')} will be deployed`,
    );
    if (!deployment) {
      show('Nothing is deployed yet: the repository is empty, or only patterns of branches are.');
      if (values.json) console.log(JSON.stringify(connected));
      return 0;
    }
    show(`Deployment ${deployment.id} of ${deployment.site}`);
    return finish(await follow(api(running), deployment.id, show), running, values.json, show);
  },
};

const ask = (towpath: TowpathApi, app: string, json: object) =>
  answer(towpath.apps[':app'].connection.$post({ param: { app }, json } as never));

export const rotate: Verb = {
  brief: 'gives an app’s webhook a fresh secret, the app a new token',
  usage: 'rotate APP [--token-stdin [--github-app ID --installation ID]] [--data DIR] [--json]',
  summary: 'Gives an app’s webhook a fresh secret, and the app a new token, if one comes by standard input.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, TOKEN);
    const [app] = positionals;
    if (!app) throw new CliError(WHICH_APP, 2);
    const json = { token: await readToken(values) };
    const towpath = api(findTowpath(dataFolder(values.data)));
    const rotated = await answer(towpath.apps[':app'].connection.rotate.$post({ param: { app }, json } as never));
    if (values.json) console.log(JSON.stringify(rotated));
    else console.log(`The webhook of ${app} has a new secret${json.token ? ', the app a new token' : ''}.`);
    return 0;
  },
};

export const disconnect: Verb = {
  brief: 'lets an app’s repository go; its sites stay',
  usage: 'disconnect APP [--data DIR] [--json]',
  summary: 'Lets an app’s repository go: no push deploys any more, webhook and token are deleted. Its sites stay.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, {});
    const [app] = positionals;
    if (!app) throw new CliError(WHICH_APP, 2);
    const towpath = api(findTowpath(dataFolder(values.data)));
    const left = await answer(towpath.apps[':app'].connection.$delete({ param: { app } }));
    if (values.json) console.log(JSON.stringify(left));
    else console.log(`${app} is disconnected from ${left.repository.url}. ${HOOK[left.hook]}${left.because ?? ''}`);
    return 0;
  },
};

const HOOK = {
  deleted: 'Its webhook is deleted.',
  kept: 'Its webhook stays for the other apps of that repository.',
  left: 'Delete its webhook at the Git host yourself: ',
};
