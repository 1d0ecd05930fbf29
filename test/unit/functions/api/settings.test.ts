/** What people get wrong, given to the HTTP API, and so to the CLI: nothing is kept, and the answer says which line to change. */
import { describe, expect, test } from '@jest/globals';
import type { AppSettings } from '../../../../domain/settings.ts';
import { createApi } from '../../../../functions/api/app.ts';
import type { ApiPorts } from '../../../../functions/api/ports.ts';

const TOKEN = 'a-token-that-opens';

async function send(method: string, path: string, body: unknown) {
  const kept: unknown[] = [];
  const api = createApi({
    auth: { token: async () => TOKEN, tokens: {}, now: () => new Date(), log: () => undefined },
    connection: {},
    apps: { get: async () => ({ id: 'shop', appRoot: '.' }) },
    settings: { get: async (): Promise<AppSettings> => ({}), set: async (...all: unknown[]) => kept.push(all) },
    variables: {
      ofApp: async () => [],
      put: async (...all: unknown[]) => kept.push(all),
      putPlain: async (...all: unknown[]) => kept.push(all),
    },
    parameters: { putSecret: async (...all: unknown[]) => kept.push(all) },
    stage: 'dev',
    now: () => new Date(),
  } as unknown as ApiPorts);
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const answer = await api.request(`/v1/apps/shop/${path}`, {
    method,
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const { message = '' } = (await answer.json()) as { message?: string };
  return { status: answer.status, message, kept: kept.length };
}

const settings = (body: unknown) => send('PUT', 'settings', body);
const rewrites = (...lines: string[]) => ({ rewrites: ['[', ...lines, ']'].join('\n') });
const rule = (more: string) => `  { "target": "/b", "status": "301", ${more} }`;
const headers = (...lines: string[]) => ({
  headers: ['customHeaders:', '  - pattern: "**"', '    headers:', ...lines].join('\n'),
});
const amplify = (...lines: string[]) => ({
  build: { amplifyYml: ['version: 1', 'frontend:', '  phases:', '    build:', ...lines].join('\n') },
});

describe('settings', () => {
  test.each<[string, unknown, string]>([
    ['no JSON', rewrites(rule('"source": ')), 'rule 1 in line 2'],
    ['a key that is not known', rewrites(rule('"sorce": "/a"')), '"source" may be meant'],
    ['a type that is wrong', rewrites('', rule('"source": 5')), 'in line 3: its source has to be text'],
    ['a circle', rewrites(rule('"source": "/b"')), 'rule 1 in line 2: it redirects /b in a circle'],
    [
      'an endless regular expression',
      rewrites(rule('"source": "</^(a+)+$/>"')),
      'in line 2: its regular expression can run',
    ],
    [
      'a line break',
      rewrites('  { "target": "/b\\r\\nset-cookie: a", "status": "301", "source": "/a" }'),
      'line break',
    ],
    ['rewrites of 5 MB', { rewrites: ' '.repeat(5_000_000) }, 'rewrites'],
    ['headers that are no YAML', { headers: 'customHeaders: [' }, 'Headers in line 1: column 16: no YAML'],
    ['tabs', { headers: 'customHeaders:\n\t- pattern: "**"\n' }, 'Headers in line 2: column 1: no YAML: Tabs'],
    ['a misspelt key', { headers: 'customHeader: []' }, '"customHeaders" may be meant'],
    ['a header with a line break', headers('      - key: A', '        value: "b\\nc"'), 'in line 5: the value of A'],
    [
      'an alias to nothing',
      { headers: 'customHeaders: *all' },
      'in line 1: column 16: the alias *all stands for nothing',
    ],
    [
      'a phase that is a string',
      amplify('      npm run build'),
      'line 5, column 7: frontend.phases.build has to be a mapping',
    ],
    ['an amplify.yml that is no YAML', amplify('      commands: ['), 'line 5, column 17: no YAML'],
    ['an amplify.yml of 5 MB', { build: { amplifyYml: '#'.repeat(5_000_000) } }, 'amplifyYml'],
    [
      'a variable of AWS in amplify.yml',
      { build: { amplifyYml: 'version: 1\nenv:\n  variables:\n    AWS_SECRET_ACCESS_KEY: x\n' } },
      'line 4: a variable may not be named "AWS_SECRET_ACCESS_KEY"',
    ],
    [
      'a header with a line break in amplify.yml',
      {
        build: {
          amplifyYml:
            'version: 1\ncustomHeaders:\n  - pattern: "**"\n    headers:\n      - { key: A, value: "b\\nc" }\n',
        },
      },
      'line 5: the value of A has a line break',
    ],
    ['PATH in amplify.yml', { build: { amplifyYml: 'version: 1\nenv:\n  variables:\n    PATH: x\n' } }, 'named "PATH"'],
    ['a setting that there is not', { build: { timeoutMinuets: 7 } }, 'timeoutMinuets'],
    ['a time-out that is text', { build: { timeoutMinutes: '7' } }, 'timeoutMinutes'],
    ['too short a time-out', { build: { timeoutMinutes: 4 } }, 'at least 5 minutes'],
    ['no JSON at all', '{ "rewrites": ', ''],
  ])('%s', async (_, body, told) => {
    const { status, message, kept } = await settings(body);
    expect([status, message]).toEqual([400, expect.stringContaining(told)]);
    expect(kept).toBe(0);
  });

  test('a BOM and Windows line ends are read', async () => {
    const text = rewrites(rule('"source": "/a"')).rewrites.replaceAll('\n', '\r\n');
    expect(await settings({ rewrites: `\uFEFF${text}` })).toMatchObject({ status: 200, kept: 1 });
  });
});

describe('variables', () => {
  const set = (name: string, given: object = { kind: 'plain', value: 'x' }) =>
    send('PUT', `variables/${name}`, { given });

  test.each([
    ['PATH', 'PATH'],
    ['AWS_SECRET_ACCESS_KEY', 'MY_AWS_SECRET_ACCESS_KEY'],
    ['1ST', '1ST'],
  ])('one named %s', async (name, told) => {
    const { status, message, kept } = await set(name);
    expect([status, message]).toEqual([400, expect.stringContaining(told)]);
    expect(kept).toBe(0);
  });

  test('a refused secret is repeated nowhere', async () => {
    const { status, message, kept } = await set('TOKEN', { kind: 'secret', value: 'hunter2' });
    expect([status, kept]).toEqual([400, 0]);
    expect(message).not.toContain('hunter2');
  });
});
