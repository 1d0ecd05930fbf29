import { expect, test } from '@jest/globals';
import { type BuildInputs, buildKey } from '../../../../functions/detect/build-key.ts';
import { createSourceDigest } from '../../../../functions/detect/source-digest.ts';

const FILE = 0o100644;

async function digestOf(files: [name: string, ...chunks: string[]][], mode = FILE) {
  const digest = createSourceDigest();
  for (const [name, ...chunks] of files) {
    async function* content() {
      for (const chunk of chunks) yield Buffer.from(chunk);
    }
    const passed: Buffer[] = [];
    for await (const chunk of digest.follow(name, mode, content())) passed.push(chunk);
    expect(Buffer.concat(passed).toString()).toBe(chunks.join(''));
  }
  return digest;
}

test('a tree is the same whatever order its archive has, and however it is cut into pieces', async () => {
  const one = await digestOf([
    ['a', 'hello'],
    ['b', 'x'],
  ]);
  const other = await digestOf([
    ['b', 'x'],
    ['a', 'he', 'llo'],
  ]);
  expect(other.hash()).toBe(one.hash());
});

test.each([
  [
    'content',
    [
      ['a', 'hellO'],
      ['b', 'x'],
    ],
    FILE,
  ],
  [
    'name',
    [
      ['c', 'hello'],
      ['b', 'x'],
    ],
    FILE,
  ],
  [
    'mode',
    [
      ['a', 'hello'],
      ['b', 'x'],
    ],
    0o100755,
  ],
  [
    'more',
    [
      ['a', 'hello'],
      ['b', 'x'],
      ['c', ''],
    ],
    FILE,
  ],
] as [string, [string, ...string[]][], number][])('another %s is another tree', async (_, files, mode) => {
  const one = await digestOf([
    ['a', 'hello'],
    ['b', 'x'],
  ]);
  expect((await digestOf(files, mode)).hash()).not.toBe(one.hash());
});

test('sources that ask for their branch are found, wherever a chunk ends', async () => {
  expect((await digestOf([['a', 'process.env.AWS_', 'BRANCH']])).asksForBranch()).toBe(true);
  expect((await digestOf([['a', '$AWS_PULL_REQUEST_ID']])).asksForBranch()).toBe(true);
  expect(
    (
      await digestOf([
        ['a', 'AWS_'],
        ['b', 'BRANCH'],
      ])
    ).asksForBranch(),
  ).toBe(false);
});

const variable = (Name: string, Value: string) => ({ Name, Value, Type: 'PLAINTEXT' as const });
const inputs = (change: Partial<BuildInputs> = {}, variables = [variable('A', '1')]): BuildInputs => ({
  sourceHash: 's',
  asksForBranch: false,
  commands: ['b', 't'],
  variables,
  secrets: new Map(),
  ...change,
});

test('what is of one build alone does not count; all else does', () => {
  const key = buildKey(inputs());
  const own = [variable('AWS_COMMIT_ID', 'x'), variable('AWS_JOB_ID', 'y'), variable('TOWPATH_DEPLOYMENT_ID', 'z')];
  expect(buildKey(inputs({}, [...own, variable('A', '1')]))).toBe(key);
  const others = [
    inputs({ sourceHash: 'S' }),
    inputs({ commands: ['B', 't'] }),
    inputs({ commands: ['b', 'T'] }),
    inputs({}, [variable('A', '2')]),
    inputs({}, [variable('A', '1'), variable('B', '1')]),
    inputs({ secrets: new Map([['A', '2026-01-01T00:00:00.000Z']]) }),
    inputs({ secrets: new Map([['A', '2026-01-02T00:00:00.000Z']]) }),
  ];
  expect(new Set([key, ...others.map(buildKey)]).size).toBe(others.length + 1);
});

test('the branch counts where the sources ask for it: a merge takes what its preview built otherwise', () => {
  const on = (branch: string, asksForBranch: boolean) =>
    buildKey(inputs({ asksForBranch }, [variable('AWS_BRANCH', branch)]));
  expect(on('bells', false)).toBe(on('main', false));
  expect(on('bells', true)).not.toBe(on('main', true));
});
