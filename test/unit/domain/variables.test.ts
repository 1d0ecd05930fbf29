import { expect, test } from '@jest/globals';
import {
  appSecretPrefix,
  nameRefusal,
  publicFingerprint,
  secretParameter,
  secretRefusal,
  type Variable,
  variablesFor,
} from '../../../domain/variables.ts';

const variable = (scope: string, name: string, change: Partial<Variable> = {}): Variable => ({
  app: 'shop',
  scope,
  name,
  value: scope,
  updatedAt: '2026-01-01T00:00:00.000Z',
  ...change,
});
const secret = { store: 'parameter-store', name: '/x', atRunTime: 'fetched' } as const;
const all = [
  variable('app', 'A'),
  variable('app', 'B'),
  variable('branch:main', 'B'),
  variable('branch:next', 'C'),
  variable('previews', 'A'),
  variable('previews', 'S', { value: undefined, secret }),
  variable('pull-request:7', 'D'),
];
const seen = (target: Parameters<typeof variablesFor>[1]) =>
  Object.fromEntries([...variablesFor(all, target)].map(([name, { scope }]) => [name, scope]));

test('a branch sees the app’s variables, and its own over them', () => {
  expect(seen({ branch: 'main' })).toEqual({ A: 'app', B: 'branch:main' });
  expect(seen({ branch: 'next' })).toEqual({ A: 'app', B: 'app', C: 'branch:next' });
});

test('a preview sees what is meant for previews and nothing else; one of a fork no secret', () => {
  expect(seen({ pullRequest: 7, fork: false })).toEqual({ A: 'previews', S: 'previews', D: 'pull-request:7' });
  expect(seen({ pullRequest: 8, fork: true })).toEqual({ A: 'previews' });
});

test.each([
  'PATH',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_REGION',
  'LD_PRELOAD',
  'CODEBUILD_SRC_DIR',
  'TOWPATH_X',
  '1A',
  'A-B',
  '',
])('the name %j is refused with a reason and a remedy', (name) => {
  expect(nameRefusal(name)).toEqual({ why: expect.stringMatching(/./), remedy: expect.stringMatching(/\.$/) });
});

test.each([
  'API_URL',
  'NODE_OPTIONS',
  '_LIVE_UPDATES',
  '_BUILD_TIMEOUT',
  'AMPLIFY_DIFF_DEPLOY',
  'NEXT_PUBLIC_X',
  'AWSOME',
])('the name %s is taken', (name) => expect(nameRefusal(name)).toBeUndefined());

test('what cannot be kept secret is refused, without repeating it', () => {
  expect(secretRefusal('TOKEN', 'correct horse')).toBeUndefined();
  for (const [name, value] of [
    ['TOKEN', 'hunter2'],
    ['TOKEN', 'x'.repeat(4097)],
    ['NEXT_PUBLIC_TOKEN', 'correct horse'],
  ] as const) {
    expect(secretRefusal(name, value)).toMatch(/./);
    expect(secretRefusal(name, value)).not.toContain(value);
  }
});

test('only variables that Next.js writes into files change the fingerprint, in whatever order', () => {
  const one = [variable('app', 'NEXT_PUBLIC_A'), variable('app', 'NEXT_PUBLIC_B'), variable('app', 'X')];
  const fingerprint = publicFingerprint(one);
  expect(publicFingerprint([...one].reverse())).toBe(fingerprint);
  expect(publicFingerprint([...one.slice(0, 2), variable('app', 'Y')])).toBe(fingerprint);
  expect(publicFingerprint([variable('app', 'NEXT_PUBLIC_A', { value: 'other' }), ...one.slice(1)])).not.toBe(
    fingerprint,
  );
});

test('a secret’s parameter has a name that Parameter Store takes, whatever the branch is called', () => {
  const names = [
    'app',
    'previews',
    'pull-request:12',
    'branch:main',
    'branch:feature/ü 🚢',
    `branch:${'x'.repeat(300)}`,
  ].map((scope) => secretParameter('dev', { app: 'shop', scope, name: 'TOKEN' }));
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) {
    expect(name).toMatch(/^\/[\w.\-/]+$/);
    expect(name.startsWith(appSecretPrefix('dev', 'shop'))).toBe(true);
  }
});
