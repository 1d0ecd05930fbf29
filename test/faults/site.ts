/**
 * The smallest honest app: it is pushed, detected, built by its own commands in real processes, collected, packaged,
 * published as a function, and rendered at the edge. Only its `next` is a toy, of a hundredth of the real one's build
 * time: a fault run deploys hundreds of them.
 */
const NEXT_VERSION = '12.3.7';

const CLI = `#!/usr/bin/env node
// next build
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const text = readFileSync('content.txt', 'utf8').trim();
const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
const put = (file, content) => {
  mkdirSync(require('node:path').dirname('.next/' + file), { recursive: true });
  writeFileSync('.next/' + file, content);
};
put('BUILD_ID', hash);
put('routes-manifest.json', JSON.stringify({ redirects: [], rewrites: [], headers: [], dynamicRoutes: [] }));
// The home page grows stale only where a commit says so: after so many seconds.
const grows = existsSync('revalidate.txt');
const home = { initialRevalidateSeconds: grows && Number(readFileSync('revalidate.txt', 'utf8')), srcRoute: null, dataRoute: '/_next/data/' + hash + '/index.json' };
put('prerender-manifest.json', JSON.stringify({ version: 3, routes: grows ? { '/': home } : {}, dynamicRoutes: {}, notFoundRoutes: [] }));
if (grows) put('server/pages/index.json', JSON.stringify({ pageProps: {} }));
put('server/pages-manifest.json', JSON.stringify({ '/': 'pages/index.html', '/now': 'pages/now.js' }));
put('server/pages/index.html', '<!doctype html><title>Tiny</title><p>' + text + '</p><script src="/_next/static/' + hash + '.js"></script>');
put('server/pages/now.js', 'module.exports = ' + JSON.stringify('rendered: ' + text) + ';');
put('static/' + hash + '.js', 'document.title = ' + JSON.stringify(text) + ';');
`;

const CONFIG = `exports.default = async () => ({ distDir: '.next', images: { unoptimized: true } });\n`;

const SERVER = `const { join } = require('node:path');
exports.default = class Server {
  constructor({ dir }) {
    this.page = require(join(dir, '.next/server/pages/now.js'));
  }
  serveStatic() {
    throw new Error('there is nothing to serve');
  }
  getRequestHandler() {
    return (request, response) => {
      response.statusCode = request.url.split('?')[0] === '/now' ? 200 : 404;
      response.setHeader('content-type', 'text/plain; charset=utf-8');
      response.end(response.statusCode === 200 ? this.page : 'not found');
    };
  }
};
`;

export const TINY_BUILD = 'node node_modules/next/cli.js build';

/** @param more further lines of the file */
export const tinyAmplify = (build = TINY_BUILD, more: string[] = []): string =>
  [
    'version: 1',
    'frontend:',
    '  phases:',
    '    preBuild:',
    '      commands: ["mkdir -p node_modules", "rm -rf node_modules/next", "cp -R vendor/next node_modules/next"]',
    '    build:',
    `      commands: ["${build} # next build"]`,
    ...more,
    '',
  ].join('\n');

/** The files of a commit whose pages say `text`. */
export const tinySite = (text: string): Record<string, string> => ({
  'package.json': JSON.stringify({ name: 'tiny', private: true, dependencies: { next: NEXT_VERSION } }),
  '.nvmrc': '24\n',
  'amplify.yml': tinyAmplify(),
  'vendor/next/package.json': JSON.stringify({ name: 'next', version: NEXT_VERSION }),
  'vendor/next/cli.js': CLI,
  'vendor/next/dist/server/config.js': CONFIG,
  'vendor/next/dist/server/next-server.js': SERVER,
  'public/robots.txt': 'User-agent: *\n',
  'content.txt': `${text}\n`,
});
