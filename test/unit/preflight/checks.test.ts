/** Each check: a tree that trips it, with what it says, and the nearest tree that does not. */
import { expect, test } from '@jest/globals';
import type { AccountUse } from '../../../preflight/account.ts';
import { CHECK_CODES, type CheckCode } from '../../../preflight/catalogue.ts';
import { inspect } from '../../../preflight/inspect.ts';
import { type Files, treeOf } from './support.ts';

const manifest = (change: object = {}) =>
  JSON.stringify({ name: 'shop', scripts: { build: 'next build' }, dependencies: { next: '^15.5.0' }, ...change });
const lock = (version: string) =>
  JSON.stringify({ lockfileVersion: 3, packages: { '': {}, 'node_modules/next': { version } } });
const withReact = (version: string) =>
  JSON.stringify(
    { packages: { 'node_modules/next': { version: '15.5.29' }, 'node_modules/react-server-dom-webpack': { version } } },
    null,
    2,
  );
const yarnReact = (version: string) =>
  `react-server-dom-webpack@^19.0.0:\n  version "${version}"\n  resolved "https://x"\n`;
const matched = "export const config = { matcher: ['/account/:path*'] }";
const yarnNext = 'next@^15.5.0:\n  version "15.5.29"\n';
const sound: Files = { 'package.json': manifest(), 'package-lock.json': lock('15.5.29') };
const amplify = (build: string) => `version: 1\nfrontend:\n  phases:\n    build:\n${build}`;
const commands = '      commands: [npm run build]\n';
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4'.repeat(64)}\nsize 12345\n`;
const image = (attributes: string) =>
  `import Image from 'next/image'\n\nexport default () => <Image ${attributes} />\n`;
const remote = image('width={1} src="https://img.example.com/a.png" height={1}');
const images = (setting: string) => `module.exports = { images: { ${setting} } }`;

interface Case {
  trips: Files;
  /** Begins or is part of what the finding says. */
  says: string | RegExp;
  passes: Files;
  appRoot?: string;
  /** Of an account that is nearly full, and of one that is not. */
  account?: { trips: AccountUse; passes: AccountUse };
  at?: { file: string; line?: number; column?: number };
}

const CASES: Record<CheckCode, Case[]> = {
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
  AMPLIFY_YML_INVALID: [
    {
      trips: { ...sound, 'amplify.yml': 'version: 1\nfrontend:\n  phases: [' },
      says: 'amplify.yml: line 3, column 12: no YAML',
      at: { file: 'amplify.yml', line: 3 },
      passes: { ...sound, 'amplify.yml': `\uFEFF${amplify(commands)}`.replaceAll('\n', '\r\n') },
    },
    {
      trips: { ...sound, 'amplify.yml': amplify('      npm run build\n') },
      says: 'amplify.yml: line 5, column 7: frontend.phases.build has to be a mapping, and is the string "npm run build".',
      at: { file: 'amplify.yml', line: 5, column: 7 },
      passes: { ...sound, 'amplify.yml': amplify('') },
    },
    {
      trips: { ...sound, 'amplify.yml': amplify('      commands: npm run build\n') },
      says: 'frontend.phases.build.commands has to be a list',
      passes: { ...sound, 'amplify.yml': amplify(commands) },
    },
    {
      trips: { ...sound, 'amplify.yml': `${amplify(commands)}#${'x'.repeat(1_000_000)}` },
      says: 'larger than 1 MB',
      passes: { ...sound, 'amplify.yml': `${amplify(commands)}#${'x'.repeat(900_000)}` },
    },
    {
      trips: { ...sound, 'amplify.yml': bomb() },
      says: 'its aliases unfold to more than 100 times',
      passes: { ...sound, 'amplify.yml': `${amplify('      &own { commands: [a] }')}\n    preBuild: *own\n` },
    },
    {
      trips: { ...sound, 'amplify.yml': amplify('      commands: *nowhere\n') },
      says: 'line 5, column 17: the alias *nowhere stands for nothing',
      passes: sound,
    },
    { trips: { ...sound, 'amplify.yml': '- just\n- a list\n' }, says: 'the file has to be a mapping', passes: sound },
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
  SECRET_COMMITTED: [
    {
      trips: {
        ...sound,
        '.env.production': 'A=1\nSTRIPE_SECRET_KEY="9c1f0a7e55aa"\nexport DB_PASSWORD=hunter22hunter22\n',
      },
      says: '.env.production holds what looks like secrets: STRIPE_SECRET_KEY (line 2), DB_PASSWORD (line 3).',
      at: { file: '.env.production', line: 2 },
      passes: {
        ...sound,
        '.env': 'API_TOKEN=\nDB_PASSWORD=change-me-please\nJWT_SECRET=$FROM_ELSEWHERE\nPAGE=https://example.com/a\n',
        '.env.example': 'API_TOKEN=9c1f0a7e55aa\n',
        'docs/.env': 'API_TOKEN=9c1f0a7e55aa\n',
      },
    },
    {
      trips: { ...sound, '.env': 'DATABASE_URL=postgres://shop:s3cret99@db.example.com/shop\n' },
      says: 'DATABASE_URL (line 1)',
      passes: {
        ...sound,
        '.env': 'DATABASE_URL=postgres://shop:s3cret99@localhost/shop\nNEXT_PUBLIC_API_KEY=abcdefgh123\n',
      },
    },
    {
      trips: { ...sound, 'amplify.yml': `${amplify(commands)}env:\n  variables:\n    ADMIN_PASSWORD: correct-horse\n` },
      says: 'amplify.yml holds what looks like secrets: ADMIN_PASSWORD (line 8).',
      at: { file: 'amplify.yml', line: 8 },
      passes: {
        ...sound,
        'amplify.yml': `${amplify(commands)}env:\n  variables:\n    ADMIN_PASSWORD: $FROM_THE_APP\n`,
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
  NODE_VERSION_UNSUITABLE: [
    { trips: { ...sound, '.nvmrc': '12' }, says: '.nvmrc asks for Node.js 12', passes: { ...sound, '.nvmrc': '20' } },
    {
      trips: { ...sound, 'package.json': manifest({ engines: { node: '14.x' } }) },
      says: "package.json's engines ask for Node.js 14.x",
      passes: { ...sound, 'package.json': manifest({ engines: { node: '>=18' } }) },
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
  AMPLIFY_KEY_UNKNOWN: [
    {
      trips: { ...sound, 'amplify.yml': `${amplify(commands)}    prebuild: { commands: [a] }\n` },
      says: 'amplify.yml: line 6, column 5: "frontend.phases.prebuild" is no key of amplify.yml: did you mean "preBuild"?',
      at: { file: 'amplify.yml', line: 6, column: 5 },
      passes: { ...sound, 'amplify.yml': `${amplify(commands)}    preBuild: { commands: [a] }\n` },
    },
    {
      trips: { ...sound, 'amplify.yml': 'applications:\n  - appRoot: ./\n    frontend: { colour: red }\n' },
      says: '"applications.frontend.colour" is no key of amplify.yml.',
      passes: {
        ...sound,
        'amplify.yml':
          "version: 0.1\nenv: { variables: { anything: 1 } }\nfrontend:\n  buildPath: /\n  artifacts: { baseDirectory: .next, files: ['**/*'], discard-paths: yes }\n",
      },
    },
  ],
  AMPLIFY_YML_TABS: [
    {
      trips: { ...sound, 'amplify.yml': amplify(commands).replaceAll('  ', '\t') },
      says: 'indented with tabs, first in line 3',
      passes: { ...sound, 'amplify.yml': amplify('      commands:\n        - |\n          a\n          \tb\n') },
    },
  ],
  AMPLIFY_SECTION_IGNORED: [
    {
      trips: { ...sound, 'amplify.yml': `${amplify(commands)}backend: { phases: { build: { commands: [x] } } }\n` },
      says: 'amplify.yml has "backend"',
      passes: { ...sound, 'amplify.yml': `${amplify(commands)}backend:\n` },
    },
  ],
  VARIABLE_NAME_REFUSED: [
    {
      trips: {
        ...sound,
        'amplify.yml': `${amplify(commands)}env:\n  variables:\n    API: https://a\n    PATH: /tmp\n`,
      },
      says: /line \d+: a variable may not be named "PATH"/,
      passes: { ...sound, 'amplify.yml': `${amplify(commands)}env:\n  variables:\n    API: https://a\n` },
    },
    {
      trips: { ...sound, 'amplify.yml': `${amplify(commands)}env: { variables: { AWS_SECRET_ACCESS_KEY: x } }\n` },
      says: '"AWS_SECRET_ACCESS_KEY"',
      passes: sound,
    },
  ],
  REDIRECTS_INVALID: [
    {
      trips: {
        ...sound,
        'redirects.json':
          '[\n  { "source": "/a", "target": "/b", "status": "301" },\n  { "source": "/b", "target": "/a", "status": "302" }\n]',
      },
      says: 'redirects.json, line 2: rule 1: it redirects /a in a circle',
      at: { file: 'redirects.json', line: 2 },
      passes: {
        ...sound,
        'redirects.json': '[{ "source": "/a", "target": "/b", "status": "301", "condition": null }]',
      },
    },
    {
      trips: { ...sound, 'redirects.json': '[{ "source": "</^(a+)+$/>", "target": "/b", "status": "301" }]' },
      says: 'run for ever',
      passes: { ...sound, 'redirects.json': '[{ "source": "</^a+$/>", "target": "/b", "status": "301" }]' },
    },
    { trips: { ...sound, 'redirects.json': '{' }, says: 'line 1', passes: sound },
  ],
  CUSTOM_HTTP_INVALID: [
    {
      trips: {
        ...sound,
        'customHttp.yml':
          'customHeaders:\n  - pattern: "**"\n    headers:\n      - key: X-A\n        value: "a\\r\\nb"\n',
      },
      says: 'customHttp.yml, line 4: the value of X-A has a line break',
      at: { file: 'customHttp.yml', line: 4 },
      passes: {
        ...sound,
        'customHttp.yml': 'customHeaders:\n  - pattern: "**"\n    headers: [{ key: X-A, value: a }]\n',
      },
    },
    {
      trips: {
        ...sound,
        'customHttp.yml': 'customHeaders:\n  - pattern: "**"\n    headers:\n      - key: Via\n        value: a\n',
      },
      says: 'the header Via is',
      passes: sound,
    },
    {
      trips: { ...sound, 'customHttp.yml': 'customHeaders:\n  - patern: "**"\n    headers: [{ key: A, value: b }]\n' },
      says: 'line 2: "customHeaders.0.patern" is no key that is known here: "pattern" may be meant.',
      passes: {
        ...sound,
        'customHttp.yml': 'applications:\n  - appRoot: apps/other\n    customHeaders: []\n',
      },
    },
  ],
  EDGE_EVENT_STREAM: [
    {
      trips: {
        ...sound,
        'pages/api/ticks.js':
          "export default (request, response) => {\n  response.writeHead(200, { 'Content-Type': 'text/event-stream' });\n};\n",
        'app/more/route.ts': 'new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8" } });',
      },
      says: /^pages\/api\/ticks\.js:2 has 'text\/event-stream\. So do 1 more\.$/,
      at: { file: 'pages/api/ticks.js', line: 2 },
      passes: {
        ...sound,
        'package.json': manifest({ scripts: { build: 'next build && next export' } }),
        'app/ticks.ts': "const type = 'text/event-stream';",
      },
    },
  ],
  EDGE_WEB_SOCKET: [
    {
      trips: {
        ...sound,
        'pages/api/socket.ts': "import { WebSocketServer } from 'ws';\nnew WebSocketServer({ noServer: true });\n",
      },
      says: 'pages/api/socket.ts:2 has new WebSocketServer(',
      passes: { ...sound, 'lib/client.ts': "new WebSocket('wss://sockets.example.com');\n" },
    },
  ],
  EDGE_BODY_LIMIT: [
    {
      trips: {
        ...sound,
        'pages/api/upload.js': "export const config = { api: { bodyParser: { sizeLimit: '4mb' } } };\n",
      },
      says: "pages/api/upload.js:1 has sizeLimit: '4mb'.",
      passes: {
        ...sound,
        'pages/api/upload.js': "export const config = { api: { bodyParser: { sizeLimit: '1mb' } } };\n",
      },
    },
    {
      trips: {
        ...sound,
        'next.config.js': "module.exports = {\n  experimental: { serverActions: { bodySizeLimit: '2.5MB' } },\n};",
      },
      says: "next.config.js:2 has bodySizeLimit: '2.5MB'.",
      passes: {
        ...sound,
        'next.config.js': "module.exports = { experimental: { serverActions: { bodySizeLimit: '500kb' } } };",
      },
    },
  ],
  CLOUDFRONT_QUOTA: [
    {
      trips: sound,
      account: { trips: { distributions: 450, sites: 3 }, passes: { distributions: 449, sites: 89 } },
      says: "This new site comes to 450 others; CloudFront's quota of distributions of an account is 500",
      passes: sound,
    },
    {
      trips: sound,
      account: { trips: { distributions: 90, sites: 90 }, passes: { distributions: 89, sites: 89 } },
      says: "This new site comes to 90 others; CloudFront's quota of distributions that share a policy",
      passes: sound,
    },
  ],
  IMAGE_HOST_NOT_ALLOWED: [
    {
      trips: { ...sound, 'app/page.tsx': remote },
      says: 'app/page.tsx:3 loads an image from img.example.com, which no next.config allows.',
      at: { file: 'app/page.tsx', line: 3 },
      passes: { ...sound, 'app/page.tsx': remote, 'next.config.js': images("domains: ['img.example.com']") },
    },
    {
      trips: { ...sound, 'a.jsx': remote, 'next.config.mjs': images("remotePatterns: [{ hostname: '*.org' }]") },
      says: 'which next.config.mjs does not name',
      passes: {
        ...sound,
        'a.jsx': remote,
        'next.config.mjs': images("remotePatterns: [{ hostname: '**.example.com' }]"),
      },
    },
    {
      trips: { ...sound, 'a.jsx': remote, 'next.config.js': images("remotePatterns: [{ hostname: '*.com' }]") },
      says: 'img.example.com',
      passes: { ...sound, 'a.jsx': remote, 'next.config.js': images('domains: hosts()') },
    },
    {
      trips: {
        ...sound,
        'a.jsx': image('src="https://img.example.com/a.svg"'),
        'next.config.js': images('dangerouslyAllowSVG: true'),
      },
      says: 'img.example.com',
      passes: { ...sound, 'a.jsx': image('src="https://img.example.com/a.svg?v=1"') },
    },
    {
      trips: {
        'package.json': manifest({ dependencies: { next: '12.2.6' } }),
        'package-lock.json': lock('12.2.6'),
        'a.jsx': image('src="https://img.example.com/a.svg"'),
      },
      says: 'img.example.com',
      passes: { ...sound, 'a.jsx': image('src="https://img.example.com/a.svg"') },
    },
    {
      trips: { ...sound, 'a.jsx': image(`src={'http://cdn.example.net/x.jpg'}`) },
      says: 'cdn.example.net',
      passes: {
        ...sound,
        'a.jsx': image(`unoptimized src="https://img.example.com/a.png"`),
        'b.jsx': image('src="/a.png"'),
        'c.jsx': `const Image = 'img'; <Image src="https://img.example.com/a.png" />`,
      },
    },
  ],
  MIDDLEWARE_IGNORED: [
    {
      trips: { ...sound, 'middleware.ts': matched, 'src/app/page.tsx': {} },
      says: 'middleware.ts is never run: Next.js looks for it beside the folder of the pages, as src/middleware.ts.',
      passes: { ...sound, 'src/middleware.ts': matched, 'src/app/page.tsx': {} },
    },
    {
      // A folder of pages counts before one of the app router.
      trips: { ...sound, 'src/middleware.ts': matched, 'src/app/page.tsx': {}, 'pages/old.tsx': {} },
      says: 'as middleware.ts.',
      passes: { ...sound, 'middleware.ts': matched, 'src/app/page.tsx': {}, 'pages/old.tsx': {} },
    },
    {
      trips: { ...sound, 'proxy.ts': matched },
      says: 'proxy.ts is never run: Next.js 15.5.29 calls it middleware: proxy is its name from 16 on.',
      passes: {
        'package.json': manifest({ dependencies: { next: '16.4.0' } }),
        'package-lock.json': lock('16.4.0'),
        'proxy.ts': matched,
      },
    },
    {
      trips: {
        'package.json': manifest({ dependencies: { next: '12.1.6' } }),
        'package-lock.json': lock('12.1.6'),
        'middleware.js': matched,
      },
      says: 'Next.js 12.1.6 has no such file yet',
      passes: {
        'package.json': manifest({ dependencies: { next: '12.2.0' } }),
        'package-lock.json': lock('12.2.0'),
        'middleware.js': matched,
      },
    },
  ],
  MIDDLEWARE_ON_STATIC_FILES: [
    {
      trips: {
        ...sound,
        'src/middleware.ts': 'export function middleware() {}\n// no matcher\n',
        'src/pages/index.js': {},
      },
      says: 'src/middleware.ts has no matcher',
      passes: { ...sound, 'middleware.js': matched },
    },
  ],
  PUBLIC_FILES_COLLIDE: [
    {
      trips: { ...sound, 'public/img/Logo.png': {}, 'public/img/logo.PNG': {} },
      says: 'public/img/Logo.png and public/img/logo.PNG differ in case alone.',
      passes: { ...sound, 'public/Logo.png': {}, 'public/img/logo.png': {}, 'src/a.js': {}, 'src/A.js': {} },
    },
  ],
  LFS_POINTER: [
    {
      trips: { ...sound, 'public/film.mp4': pointer },
      says: 'Git LFS pointers in the place of files: public/film.mp4.',
      passes: { ...sound, 'public/about.txt': pointer.replace('version', 'a file of version'), 'docs/lfs.js': pointer },
    },
  ],
  SUBMODULE: [
    {
      trips: { ...sound, '.gitmodules': '[submodule "ui"]\n\tpath = vendor/ui\n\turl = ../ui\n' },
      says: 'submodules: vendor/ui.',
      at: { file: '.gitmodules' },
      passes: { ...sound, '.gitmodules': '' },
    },
    { trips: { ...sound, 'vendor/ui': { kind: 'submodule' } }, says: 'vendor/ui', passes: sound },
  ],
  FILE_TOO_LARGE: [
    {
      trips: { ...sound, 'data/big.bin': { bytes: 50 * 1024 ** 2 + 1 } },
      says: 'Larger than 50 MB: data/big.bin (51 MB).',
      passes: { ...sound, 'data/big.bin': { bytes: 50 * 1024 ** 2 } },
    },
  ],
  DIST_DIR_OVERRIDDEN: [
    {
      trips: { ...sound, 'next.config.js': "module.exports = {\n  distDir: 'build',\n}" },
      says: 'next.config.js:2: distDir is "build".',
      passes: { ...sound, 'next.config.js': "module.exports = {\n  // distDir: 'build',\n  distDir: '.next' }" },
    },
  ],
  BASE_DIRECTORY_IGNORED: [
    {
      trips: { ...sound, 'amplify.yml': `${amplify(commands)}  artifacts: { baseDirectory: build }\n` },
      says: 'amplify.yml has baseDirectory "build"',
      passes: { ...sound, 'amplify.yml': `${amplify(commands)}  artifacts: { baseDirectory: ./.next/ }\n` },
    },
  ],
  STANDALONE_OUTPUT: [
    {
      trips: { ...sound, 'next.config.ts': "export default { output: 'standalone' }" },
      says: 'next.config.ts:1: output is "standalone".',
      passes: { ...sound, 'next.config.ts': "export default { output: 'export' }" },
    },
  ],
  PUBLIC_STATIC: [
    {
      trips: { ...sound, 'public/static/a.png': {} },
      says: 'public/static/ has 1 file(s)',
      passes: { ...sound, 'public/statics/a.png': {}, 'static/a.png': {} },
    },
  ],
};

/** Ten lines that unfold to nine to the tenth of a word. */
function bomb(): string {
  const level = (index: number) =>
    `a${index}: &a${index} [${Array(9)
      .fill(index ? `*a${index - 1}` : 'x')
      .join(', ')}]`;
  return `version: 1\n${Array.from({ length: 10 }, (_, index) => level(index)).join('\n')}\n`;
}

const cases = CHECK_CODES.flatMap((code) => CASES[code].map((given, index) => [code, index, given] as const));

test.each(cases)('%s (%i) is found', (code, _, { trips, says, at, appRoot, account }) => {
  const found = inspect(treeOf(trips, appRoot), {}, account?.trips).findings.filter((finding) => finding.code === code);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({
    message: says instanceof RegExp ? expect.stringMatching(says) : expect.stringContaining(says),
    remedy: expect.stringMatching(/\.$/),
    docs: `docs/reference/checks.md#${code.toLowerCase()}`,
    ...at,
  });
});

test.each(cases)('%s (%i) is not found in the nearest sound tree', (code, _, { passes, appRoot, account }) => {
  expect(inspect(treeOf(passes, appRoot), {}, account?.passes).findings.map((finding) => finding.code)).not.toContain(
    code,
  );
});

test('a sound app has no findings, and a complete plan', () => {
  const { findings, plan } = inspect(treeOf(sound));
  expect(findings).toEqual([]);
  expect(plan).toMatchObject({ next: { version: '15.5.29' }, node: { major: 22 }, rendering: { rendering: 'ssr' } });
});

test('all that is wrong is told at once, errors first', () => {
  const { findings } = inspect(
    treeOf({ 'package.json': '{}', 'amplify.yml': 'a: [', 'public/static/a': {}, '.env': 'API_TOKEN=9c1f0a7e55aa' }),
  );
  expect(findings.map(({ code }) => code)).toEqual([
    'NOT_A_NEXT_APP',
    'AMPLIFY_YML_INVALID',
    'SECRET_COMMITTED',
    'LOCKFILE_MISSING',
    'PUBLIC_STATIC',
  ]);
});

test('no finding tells the value of a secret', () => {
  const values = ['9c1f0a7e55aa9c1f', 'AKIAABCDEFGHIJKLMNOP', 's3cretPassw0rd'];
  const env = `A_TOKEN=${values[0]}\nNEXT_PUBLIC_X=${values[1]}\nURL=redis://u:${values[2]}@cache.example.com\n`;
  const told = JSON.stringify(inspect(treeOf({ ...sound, '.env.local': env })).findings);
  expect(told).toContain('A_TOKEN (line 1), NEXT_PUBLIC_X (line 2), URL (line 3)');
  for (const value of values) expect(told).not.toContain(value);
});
