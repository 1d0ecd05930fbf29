/** Checks of package.json, lockfiles and versions. */
import { amplify, checkCases, commands, lock, manifest, sound } from './case.ts';

const withReact = (version: string) =>
  JSON.stringify(
    { packages: { 'node_modules/next': { version: '15.5.29' }, 'node_modules/react-server-dom-webpack': { version } } },
    null,
    2,
  );
const yarnReact = (version: string) =>
  `react-server-dom-webpack@^19.0.0:\n  version "${version}"\n  resolved "https://x"\n`;
const yarnNext = 'next@^15.5.0:\n  version "15.5.29"\n';

export const PACKAGE_CASES = checkCases({
  PACKAGE_JSON_MISSING: [
    { trips: {}, says: 'The repository has no package.json', passes: sound },
    {
      trips: sound,
      appRoot: 'apps/web',
      says: 'The folder apps/web has no package.json',
      passes: { 'apps/web/package.json': manifest() },
    },
  ],
  PACKAGE_JSON_INVALID: [
    {
      trips: { 'package.json': '{\n  "name": "shop",\n  "private": yes\n}' },
      says: "package.json is no valid JSON (line 3, column 14): Unexpected token 'y'.",
      at: { file: 'package.json', line: 3, column: 14 },
      passes: { ...sound, 'package.json': `\uFEFF${manifest()}`.replaceAll(',', ',\r\n') },
    },
    {
      trips: { 'package.json': '{"scripts":{"build":"next build",},"dependencies":{}}' },
      says: 'line 1, column 34',
      passes: sound,
    },
    { trips: { 'package.json': '{"name":\n"shop"' }, says: '(line 2, column 7)', passes: sound },
    { trips: { 'package.json': '[]' }, says: 'package.json holds no JSON object', passes: sound },
  ],
  NOT_A_NEXT_APP: [
    {
      trips: { 'package.json': '{"dependencies":{"vue":"3"}}' },
      says: 'package.json does not depend on "next" (it has vue).',
      passes: { 'package.json': manifest({ dependencies: {}, devDependencies: { next: '15.5.29' } }) },
    },
  ],
  NEXT_VERSION_UNKNOWN: [
    {
      trips: { 'package.json': manifest({ dependencies: { next: 'canary' } }) },
      says: 'asks for next "canary"',
      passes: { ...sound, 'package.json': manifest({ dependencies: { next: 'canary' } }) },
    },
  ],
  NEXT_VERSION_UNSUPPORTED: [
    { trips: { ...sound, 'package-lock.json': lock('8.1.0') }, says: 'says Next.js 8.1.0', passes: sound },
    { trips: { ...sound, 'package-lock.json': lock('17.0.0') }, says: 'Towpath deploys 9 to 16', passes: sound },
    {
      trips: { ...sound, 'package-lock.json': lock('14.7.2') },
      says: 'package-lock.json says Next.js 14.7.2; the last version of 14 is 14.2.',
      passes: { ...sound, 'package-lock.json': lock('14.2.35') },
    },
  ],
  NEXT_VERSION_NOT_SERVED: [
    {
      trips: { ...sound, 'package-lock.json': lock('9.2.2') },
      says: 'package-lock.json says Next.js 9.2.2, which is deployed as a static export only',
      passes: { ...sound, 'package-lock.json': lock('9.3.0') },
    },
    {
      trips: { ...sound, 'package-lock.json': lock('13.4.12') },
      says: 'says Next.js 13.4.12',
      passes: { ...sound, 'package-lock.json': lock('13.4.13') },
    },
    {
      trips: { ...sound, 'package-lock.json': lock('13.4.0-canary.3') },
      says: 'says Next.js 13.4.0-canary.3',
      passes: {
        'package-lock.json': lock('9.2.2'),
        'package.json': manifest({ scripts: { build: 'next build && next export' } }),
      },
    },
  ],
  NEXT_VERSION_VULNERABLE: [
    {
      trips: { ...sound, 'package-lock.json': lock('15.5.6') },
      says: 'Next.js 15.5.6, which has CVE-2025-66478',
      passes: { ...sound, 'package-lock.json': lock('15.5.7') },
    },
    {
      trips: { ...sound, 'package-lock.json': lock('14.2.24'), 'src/middleware.ts': 'config = { matcher: [] }' },
      says: 'CVE-2025-29927',
      passes: { ...sound, 'package-lock.json': lock('14.2.24') },
    },
  ],
  REACT_VERSION_VULNERABLE: [
    {
      trips: { ...sound, 'package-lock.json': withReact('19.1.1') },
      says: 'package-lock.json has react-server-dom-webpack 19.1.1, which has CVE-2025-55182',
      at: { file: 'package-lock.json' },
      passes: { ...sound, 'package-lock.json': withReact('19.1.2') },
    },
    {
      trips: { 'package.json': manifest(), 'yarn.lock': yarnReact('19.2.0') },
      says: 'yarn.lock has react-server-dom-webpack 19.2.0',
      passes: { 'package.json': manifest(), 'yarn.lock': yarnReact('19.2.1') },
    },
    {
      trips: { 'package.json': manifest(), 'pnpm-lock.yaml': "packages:\n\n  'react-server-dom-turbopack@19.0.0':\n" },
      says: 'react-server-dom-turbopack 19.0.0',
      passes: { 'package.json': manifest(), 'pnpm-lock.yaml': "packages:\n\n  'react-server-dom-turbopack@18.3.1':\n" },
    },
  ],
  BUILD_SCRIPT_MISSING: [
    {
      trips: { ...sound, 'package.json': manifest({ scripts: {} }) },
      says: 'package.json has no "build" script',
      passes: {
        ...sound,
        'package.json': manifest({ scripts: {} }),
        'amplify.yml': amplify('      commands: [npx next build]\n'),
      },
    },
  ],
  NEXT_BUILD_NOT_SEEN: [
    {
      trips: { ...sound, 'package.json': manifest({ scripts: { build: 'make site' } }) },
      says: 'No "next build" was found in the build commands: the app is taken as server-rendered.',
      passes: { ...sound, 'package.json': manifest({ scripts: { build: 'npm run b', b: 'tsc && next build' } }) },
    },
    {
      trips: {
        ...sound,
        'package.json': manifest({ scripts: { build: 'make site' } }),
        'next.config.js': "module.exports = { output: 'export' }",
      },
      says: 'the app is taken as a static export.',
      passes: { ...sound, 'next.config.js': "module.exports = { output: 'export' }" },
    },
  ],
  NODE_VERSION_UNSUITABLE: [
    { trips: { ...sound, '.nvmrc': '12' }, says: '.nvmrc asks for Node.js 12', passes: { ...sound, '.nvmrc': '20' } },
    {
      trips: { ...sound, 'package.json': manifest({ engines: { node: '14.x' } }) },
      says: "package.json's engines ask for Node.js 14.x",
      passes: { ...sound, 'package.json': manifest({ engines: { node: '>=18' } }) },
    },
  ],
  WORKSPACE_DEPENDENCY_MISSING: [
    {
      trips: { ...sound, 'package.json': manifest({ dependencies: { next: '15.5.29', '@acme/ui': 'workspace:*' } }) },
      says: '"@acme/ui": "workspace:*" stands for a package of this repository',
      passes: {
        ...sound,
        'package.json': manifest({ dependencies: { next: '15.5.29', '@acme/ui': 'workspace:^' } }),
        'packages/ui/package.json': '{"name": "@acme/ui"}',
      },
    },
    {
      trips: { ...sound, 'package.json': manifest({ dependencies: { next: '15.5.29', ui: 'file:./ui' } }) },
      says: 'stands for ui, which is not in the repository',
      passes: {
        ...sound,
        'package.json': manifest({ dependencies: { next: '15.5.29', ui: 'file:./ui' } }),
        'ui/index.js': '',
      },
    },
    {
      trips: { ...sound, 'package.json': manifest({ dependencies: { next: '15.5.29', ui: 'link:../ui' } }) },
      says: 'outside of the repository',
      passes: sound,
    },
  ],
  LOCKFILE_MISSING: [{ trips: { 'package.json': manifest() }, says: 'no lockfile', passes: sound }],
  SECOND_LOCKFILE: [
    {
      trips: { ...sound, 'yarn.lock': '' },
      says: 'yarn.lock and package-lock.json are there, and nothing says which one counts.',
      passes: { ...sound, 'examples/yarn.lock': '' },
    },
    {
      trips: { ...sound, 'yarn.lock': '', 'amplify.yml': amplify(commands) },
      says: 'yarn.lock and package-lock.json are there',
      passes: {
        ...sound,
        'yarn.lock': '',
        'amplify.yml': `${amplify(commands)}    preBuild: { commands: [npm ci] }\n`,
      },
    },
    {
      trips: { ...sound, 'yarn.lock': '', 'pnpm-lock.yaml': '' },
      says: 'pnpm-lock.yaml and yarn.lock and package-lock.json are there',
      passes: { ...sound, 'yarn.lock': '', 'package.json': manifest({ packageManager: 'npm@10.0.0' }) },
    },
  ],
  LOCKFILE_OF_ANOTHER_MANAGER: [
    {
      trips: { ...sound, 'package.json': manifest({ packageManager: 'pnpm@9.1.0' }) },
      says: 'package.json\'s "packageManager" names pnpm, but package-lock.json is of npm.',
      passes: { ...sound, 'package.json': manifest({ packageManager: 'npm@10.0.0' }) },
    },
  ],
  LOCKFILE_OUTDATED: [
    {
      trips: { ...sound, 'package.json': manifest({ dependencies: { next: '^15.5.0', zod: '^4.0.0', ms: '2.1.3' } }) },
      says: 'package.json:1 asks for "zod": "^4.0.0", and package-lock.json does not know it. So it is with ms.',
      passes: {
        ...sound,
        'package.json': manifest({ dependencies: { next: '^15.5.0', zod: '^4.0.0', ms: '2.1.3' } }),
        'amplify.yml': `${amplify(commands)}    preBuild: { commands: [npm install] }\n`,
      },
    },
    {
      trips: { ...sound, 'package.json': manifest({ dependencies: { next: '^16.1.0' } }) },
      says: 'asks for "next": "^16.1.0", and package-lock.json has 15.5.29.',
      passes: sound,
    },
    {
      // Yarn 1 does not lock what a workspace has.
      trips: { 'package.json': manifest({ dependencies: { next: '^15.5.0', ui: '^1.0.0' } }), 'yarn.lock': yarnNext },
      says: 'asks for "ui": "^1.0.0", and yarn.lock does not know it.',
      passes: {
        'package.json': manifest({ dependencies: { next: '^15.5.0', ui: '^1.0.0' } }),
        'yarn.lock': yarnNext,
        'packages/ui/package.json': '{"name":"ui"}',
      },
    },
  ],
});
