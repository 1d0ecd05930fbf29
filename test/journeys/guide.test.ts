/** docs/guide as its reader follows it: every command that needs no AWS, in one shell, in the order of the pages. */
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { git } from '../../cli/repository.ts';
import { type Block, guideBlocks, type Ran, runBlocks, variablesOfTheReader } from '../../scripts/guide.ts';
import { type ChatSink, startChatSink } from '../support/chat-sink.ts';
import {
  type FakeGitHost,
  type FakeRepository,
  newRepository,
  startFakeGitHost,
} from '../support/fake-git-host/index.ts';
import { type FakeRemote, startFakeRemote } from '../support/fake-git-host/remote.ts';
import { beginJourney, type Journey, makeRepository, ROOT } from '../support/journey.ts';
import { tinyApp } from '../support/tiny-app.ts';

const TOKEN = 'github_pat_NeverToBeSeen';
const blocks = guideBlocks();
const here = blocks.filter(({ kind }) => kind === 'here');

let journey: Journey;
let host: FakeGitHost;
let shop: FakeRepository;
let remote: FakeRemote;
let chat: ChatSink;
let code: number | null;
let ran: Ran[];

/** What a page's commands printed. */
const printed = (page: string) => ran.flatMap(({ block, output }) => (block.page === page ? [output] : []));

beforeAll(async () => {
  journey = await beginJourney();
  shop = newRepository('acme/shop');
  host = await startFakeGitHost(TOKEN, [shop]);
  chat = await startChatSink();
  remote = await startFakeRemote(join(journey.folder, 'origin.git'), host, shop, /^better/);
  const checkout = await makeRepository(join(journey.folder, 'shop'), tinyApp('A shop'));
  await git(checkout, 'remote', 'add', 'origin', remote.url);
  await git(checkout, 'push', '--quiet', 'origin', 'main');
  const home = join(journey.folder, 'home');
  mkdirSync(home);
  symlinkSync(ROOT, join(home, 'towpath'));
  const person = { NAME: 'Reader', EMAIL: 'reader@localhost' };
  ({ code, ran } = await runBlocks(here, {
    PATH: process.env.PATH,
    HOME: home,
    TMPDIR: process.env.TMPDIR,
    BROWSER: 'true',
    TOWPATH_DATA: join(journey.folder, 'data'),
    ...Object.fromEntries(
      Object.entries(person).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    ),
    ...yours(checkout),
  }));
}, 420_000);

afterAll(async () => {
  await remote?.stop();
  await host?.stop();
  await chat?.stop();
  await journey?.end();
});

/** What only the reader knows. */
function yours(CHECKOUT: string): Record<string, string> {
  return {
    STAGE: 'dev',
    REGION: 'us-east-1',
    REPOSITORY: `${host.url}/acme/shop`,
    GIT_HOST: 'github',
    GIT_TOKEN: TOKEN,
    CHECKOUT,
    SLACK_URL: chat.url('/services/T0/B0/secret'),
    DOMAIN: 'www.example.com',
  };
}

test('every command works', () => {
  const last = ran.at(-1);
  expect({ code, where: last?.block, output: last?.output }).toEqual({
    code: 0,
    where: here.at(-1),
    output: last?.output,
  });
  expect(ran).toHaveLength(here.length);
});

test('the reader is asked for what the pages use, and nothing else', () => {
  const asked = variablesOfTheReader(blocks);
  expect(asked.toSorted()).toEqual(Object.keys(yours('')).toSorted());
  const text = blocks
    .filter(({ kind }) => kind !== 'yours')
    .map(({ commands }) => commands)
    .join('');
  expect(asked.filter((name) => !text.includes(`$${name}`))).toEqual([]);
});

test('what needs a terminal of its own is the local cloud', () => {
  expect(blocks.filter(({ kind }) => kind === 'stays').map(({ commands }) => commands)).toEqual(['towpath up\n']);
});

test('docs/on-aws.md lists every page with commands that only AWS can answer', () => {
  const onAws = readFileSync(join(ROOT, 'docs', 'on-aws.md'), 'utf8');
  const pages = [...new Set(blocks.filter(({ kind }) => kind === 'aws').map(({ page }: Block) => page))];
  expect(pages.length).toBeGreaterThan(2);
  expect(pages.filter((page) => !onAws.includes(`(guide/${page})`))).toEqual([]);
});

describe('what it is for comes of it', () => {
  test('on the laptop', () => {
    const [deployed = '', pushed = ''] = printed('laptop.md');
    expect(deployed).toMatch(/✓ Verify[\s\S]*Live: http[\s\S]*HTTP\/1\.1 200 OK[\s\S]*<h1>A shop<\/h1>/);
    expect(pushed).toMatch(/Deployment \w{26} of laptop, main, commit [\s\S]*✓ Verify/);
  });

  test('a connected repository', () => {
    const [connected = '', live = '', logs = '', pushed = '', pushes = ''] = printed('site.md');
    expect(connected).toMatch(/is connected to the app shop: main will be deployed[\s\S]*Live: /);
    expect(live).toContain('<h1>A shop</h1>');
    expect(pushed).toMatch(/of shop, main, commit [\s\S]*Live: /);
    expect(pushes).toContain('Branches          main\n');
    expect(logs).toMatch(/shop-main[\s\S]*Phase context status code:/);
    expect(shop.statuses.map(({ body }) => body.state)).toEqual(expect.arrayContaining(['pending', 'success']));
  });

  test('branches and a pull request have sites, which go with them', () => {
    const [release = '', , preview = ''] = printed('previews.md');
    expect(release).toMatch(/of shop, release\/1, commit [\s\S]*Live: /);
    expect(preview).toMatch(/of shop, pull\/1, commit [\s\S]*Live: /);
    expect(shop.comments['1']).toHaveLength(1);
  });

  test('back and forward, without a build', () => {
    const [back = '', forward = ''] = printed('rollback.md');
    for (const output of [back, forward])
      expect(output).toMatch(/promotes release \w{26}\n(?![\s\S]*Build)[\s\S]*Live: /);
  });

  test('settings', () => {
    const [variables = '', rules = '', access = ''] = printed('settings.md');
    expect(variables).toMatch(/STRIPE_KEY +app +secret/);
    expect(rules).toMatch(/HTTP\/1\.1 301[\s\S]*location: \/\r\n/i);
    expect(access).toMatch(/is protected[\s\S]*HTTP\/1\.1 401[\s\S]*is open to everybody/);
  });

  test('a domain, a chat, and nothing left in the end', async () => {
    expect(printed('domain.md')[0]).toContain('www.example.com → shop-main');
    const [message] = await chat.until('/services/T0/B0/secret', 1);
    expect(message?.body).toContain('Tell everybody');
    expect(shop.hooks).toEqual([]);
    expect(printed('removal.md').at(-1)).toContain('Nothing is deployed yet');
  });

  test('no secret is printed', () => {
    const everything = ran.map(({ output }) => output).join('\n');
    expect(everything).not.toContain('NeverToBeSeen');
    expect(everything).not.toContain('sk_live_1234');
    expect(everything).not.toContain('/services/T0');
  });
});
