/** Checks of what the app itself is made of, and the account that it goes to. */
import { amplify, checkCases, commands, lock, manifest, sound } from './case.ts';

const matched = "export const config = { matcher: ['/account/:path*'] }";
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4'.repeat(64)}\nsize 12345\n`;
const image = (attributes: string) =>
  `import Image from 'next/image'\n\nexport default () => <Image ${attributes} />\n`;
const remote = image('width={1} src="https://img.example.com/a.png" height={1}');
const images = (setting: string) => `module.exports = { images: { ${setting} } }`;

export const APP_CASES = checkCases({
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
  EDGE_EVENT_STREAM: [
    {
      trips: {
        ...sound,
        'pages/api/ticks.js':
          "export default (request, response) => {\n  response.writeHead(200, { 'Content-Type': 'text/event-stream' });\n};\n",
        'app/more/route.ts': 'new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8" } });',
      },
      says: /^pages\/api\/ticks\.js:2 has text\/event-stream\. So do 1 more\.$/,
      at: { file: 'pages/api/ticks.js', line: 2 },
      passes: {
        ...sound,
        'package.json': manifest({ scripts: { build: 'next build && next export' } }),
        'app/ticks.ts': "const type = 'text/event-stream';",
      },
    },
  ],
  LOCALHOST_ASKED: [
    {
      trips: { ...sound, 'pages/index.tsx': "await fetch(\n  'http://localhost:3000/api/boats?x=1');\n" },
      says: "pages/index.tsx:1 has fetch( 'http://localhost:3000/api/boats.",
      at: { file: 'pages/index.tsx', line: 1 },
      passes: {
        ...sound,
        'pages/index.tsx': "const api = process.env.API ?? 'http://localhost:3000';\nawait fetch(`${api}/boats`);\n",
        'e2e/home.ts': "await fetch('http://localhost:3000');\n",
        'lib/boats.test.ts': "await axios.get('http://127.0.0.1:3000');\n",
      },
    },
  ],
  CUSTOM_SERVER: [
    {
      trips: {
        ...sound,
        'package.json': manifest({ scripts: { build: 'next build', start: 'NODE_ENV=production node server.js' } }),
        'server.js': "const express = require('express');\nconst next = require('next');\nnext({ dev: false });\n",
      },
      says: "server.js:2 has next = require('next').",
      at: { file: 'server.js', line: 2 },
      passes: {
        ...sound,
        'package.json': manifest({ scripts: { build: 'next build', start: 'node .next/standalone/server.js' } }),
        'next.config.ts': "import type { NextConfig } from 'next';\nimport { NextPage } from 'next';\n",
      },
    },
    {
      trips: {
        ...sound,
        'package.json': manifest({ scripts: { build: 'next build', start: 'tsx server/index.mts' } }),
        'server/index.mts': "import next from 'next';\n",
      },
      says: "server/index.mts:1 has import next from 'next'.",
      passes: { ...sound, 'e2e/server.js': "const next = require('next');\n" },
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
      account: {
        trips: { distributions: 450, sites: 3, pools: 1 },
        passes: { distributions: 449, sites: 179, pools: 2 },
      },
      says: "This new site comes to 450 others; CloudFront's quota of distributions of an account is 500",
      passes: sound,
    },
    {
      trips: sound,
      account: {
        trips: { distributions: 90, sites: 90, pools: 1 },
        passes: { distributions: 90, sites: 90, pools: 2 },
      },
      says: "This new site comes to 90 others; CloudFront's quota of distributions that share policies, viewer functions and access controls, of which this stage has one set, is 100",
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
});
