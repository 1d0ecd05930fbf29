import { expect, test } from '@jest/globals';
import { type BuildInputs, buildKey } from '../../../../functions/detect/build-key.ts';
import { createSourceDigest, type Question } from '../../../../functions/detect/source-digest.ts';

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

test('sources that ask for their branch, or their address, are found, wherever a chunk ends', async () => {
  expect((await digestOf([['a', 'process.env.AWS_', 'BRANCH']])).asked()).toEqual(new Set(['branch']));
  expect((await digestOf([['a', '$AWS_PULL_REQUEST_ID']])).asked()).toEqual(new Set(['branch']));
  expect((await digestOf([['a', 'new URL(process.env.TOWPATH_SITE', '_URL)']])).asked()).toEqual(new Set(['address']));
  expect(
    (
      await digestOf([
        ['a', 'AWS_'],
        ['b', 'BRANCH'],
      ])
    ).asked(),
  ).toEqual(new Set());
});

const variable = (Name: string, Value: string) => ({ Name, Value, Type: 'PLAINTEXT' as const });
const inputs = (change: Partial<BuildInputs> = {}, variables = [variable('A', '1')]): BuildInputs => ({
  sourceHash: 's',
  asked: new Set(),
  site: 'shop-main',
  commands: ['b', 't'],
  variables,
  secrets: new Map(),
  ...change,
});

test('what is of one build alone does not count; all else does', () => {
  const key = buildKey(inputs());
  const own = ['AWS_COMMIT_ID', 'AWS_JOB_ID', 'AWS_CLONE_URL', 'TOWPATH_DEPLOYMENT_ID'].map((name) =>
    variable(name, 'x'),
  );
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
  const on = (branch: string, ...asked: Question[]) =>
    buildKey(inputs({ asked: new Set(asked) }, [variable('AWS_BRANCH', branch)]));
  expect(on('bells')).toBe(on('main'));
  expect(on('bells', 'branch')).not.toBe(on('main', 'branch'));
  expect(on('bells', 'address')).toBe(on('main', 'address'));
});

test('the site counts where the sources ask for its address', () => {
  const of = (site: string, ...asked: Question[]) => buildKey(inputs({ site, asked: new Set(asked) }));
  expect(of('shop-main')).toBe(of('shop-pull-7'));
  expect(of('shop-main', 'branch')).toBe(of('shop-pull-7', 'branch'));
  expect(of('shop-main', 'address')).not.toBe(of('shop-pull-7', 'address'));
});
