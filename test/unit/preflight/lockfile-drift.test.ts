/** Lockfiles as each package manager writes them, against the package.json that they were made from and changed ones. */
import { describe, expect, test } from '@jest/globals';
import { lockfileDrift } from '../../../preflight/lockfile-drift.ts';
import type { PackageManager } from '../../../preflight/source-tree.ts';

/** Of next ^14.2.0, @trpc/server ~11.0.0, `al` for is-odd, ms. */
const LOCKED: { by: string; manager: PackageManager; file: string; text: string; has: string }[] = [
  {
    by: 'npm',
    manager: 'npm',
    file: 'package-lock.json',
    text: JSON.stringify({
      lockfileVersion: 3,
      packages: {
        'node_modules/next': { version: '14.2.35' },
        'node_modules/@trpc/server': { version: '11.0.4' },
        'node_modules/al': { name: 'is-odd', version: '3.0.1' },
        'node_modules/ms': { version: '2.1.3' },
      },
    }),
    has: '14.2.35',
  },
  {
    by: 'npm 6',
    manager: 'npm',
    file: 'package-lock.json',
    text: JSON.stringify({
      lockfileVersion: 1,
      dependencies: {
        next: { version: '14.2.35' },
        '@trpc/server': { version: '11.0.4' },
        al: { version: 'npm:is-odd@3.0.1' },
        ms: { version: '2.1.3' },
      },
    }),
    has: '14.2.35',
  },
  {
    by: 'pnpm 7',
    manager: 'pnpm',
    file: 'pnpm-lock.yaml',
    text: `lockfileVersion: 5.4

specifiers:
  '@trpc/server': ~11.0.0
  al: npm:is-odd@3.0.1
  ms: '>=2 <3'
  next: ^14.2.0

dependencies:
  '@trpc/server': 11.0.4
  al: /is-odd/3.0.1
  next: 14.2.35

devDependencies:
  ms: 2.1.3

packages:

  /left/1.0.0:
    resolution: {integrity: sha512-x}
`,
    has: '^14.2.0',
  },
  {
    by: 'pnpm 9',
    manager: 'pnpm',
    file: 'pnpm-lock.yaml',
    text: `lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      '@trpc/server':
        specifier: ~11.0.0
        version: 11.0.4
      al:
        specifier: npm:is-odd@3.0.1
        version: is-odd@3.0.1
      next:
        specifier: ^14.2.0
        version: 14.2.35(react@18.3.1)
    devDependencies:
      ms:
        specifier: '>=2 <3'
        version: 2.1.3

  apps/other:
    dependencies:
      left:
        specifier: 1.0.0
        version: 1.0.0

packages:

  left@1.0.0:
    resolution: {integrity: sha512-x}
`,
    has: '^14.2.0',
  },
  {
    by: 'Yarn 1',
    manager: 'yarn',
    file: 'yarn.lock',
    text: `# yarn lockfile v1


"@trpc/server@~11.0.0":
  version "11.0.4"

"al@npm:is-odd@3.0.1":
  version "3.0.1"

ms@2.0.0, "ms@>=2 <3":
  version "2.1.3"

next@^14.2.0:
  version "14.2.35"
  dependencies:
    left "1.0.0"
`,
    has: '^14.2.0',
  },
  {
    by: 'Yarn Berry',
    manager: 'yarn',
    file: 'yarn.lock',
    text: `__metadata:
  version: 8

"@trpc/server@npm:~11.0.0":
  version: 11.0.4

"al@npm:is-odd@3.0.1":
  version: 3.0.1

? "ms@npm:2.0.0, ms@npm:>=2 <3"
:
  version: 2.1.3

"next@npm:^14.2.0":
  version: 14.2.35
  dependencies:
    left: "npm:1.0.0"
`,
    has: '^14.2.0',
  },
  {
    by: 'bun',
    manager: 'bun',
    file: 'bun.lock',
    text: `{
  "lockfileVersion": 1,
  "workspaces": {
    "": {
      "dependencies": {
        "@trpc/server": "~11.0.0",
        "al": "npm:is-odd@3.0.1",
        "next": "^14.2.0",
      },
      "devDependencies": {
        "ms": ">=2 <3",
      },
    },
  },
  "packages": {
    "left": ["left@1.0.0", "", {}, "sha512-x"],
  }
}
`,
    has: '^14.2.0',
  },
];

const dependencies = { next: '^14.2.0', '@trpc/server': '~11.0.0', al: 'npm:is-odd@3.0.1' };
const devDependencies = { ms: '>=2 <3', ours: 'workspace:*' };

describe.each(LOCKED)('$by', ({ manager, file, text, has }) => {
  const drift = (packageJson: object, lockfile = text) =>
    lockfileDrift(
      { packageManager: manager, lockfile: { file, folder: '.', text: lockfile }, reason: '', findings: [] },
      packageJson,
      '.',
    );

  test('nothing, of what it was made from; with Windows line ends too', () => {
    expect(drift({ dependencies, devDependencies })).toEqual([]);
    expect(drift({ dependencies, devDependencies }, text.replaceAll('\n', '\r\n'))).toEqual([]);
  });

  test('a package that it does not know, and one in another version', () => {
    // `nex` and `trpc` are parts of names that are there.
    const asked = { ...dependencies, next: '^15.0.0', nex: '1.0.0', trpc: '^11.0.0' };
    expect(drift({ dependencies: asked, devDependencies })).toEqual([
      { name: 'next', range: '^15.0.0', locked: has },
      { name: 'nex', range: '1.0.0' },
      { name: 'trpc', range: '^11.0.0' },
    ]);
  });
});

test('a damaged one is for the package manager to explain', () => {
  const lockfile = { file: 'package-lock.json', folder: '.', text: '{"packages":' };
  expect(lockfileDrift({ packageManager: 'npm', lockfile, reason: '', findings: [] }, { dependencies }, '.')).toEqual(
    [],
  );
});

test('of an app in a workspace, what its own block says', () => {
  const pnpm = LOCKED.find(({ by }) => by === 'pnpm 9')?.text ?? '';
  const installation = { packageManager: 'pnpm' as const, reason: '', findings: [] };
  const lockfile = { file: 'pnpm-lock.yaml', folder: '.', text: pnpm };
  const packageJson = { dependencies: { left: '1.0.0', ms: '>=2 <3' } };
  expect(lockfileDrift({ ...installation, lockfile }, packageJson, 'apps/other')).toEqual([
    { name: 'ms', range: '>=2 <3' },
  ]);
});
