/**
 * An app that is built in a moment: npm, the buildspec and the collector are real, `next` is a stand-in that exports one
 * page and one chunk named by its content. Its build asks a folder outside of the repository what to do: fail, wait, or go on.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NEXT = '16.0.0';

const BUILD = `
import { existsSync } from 'node:fs';
const { LOCK_FOLDER: folder } = process.env;
if (existsSync(folder + '/fails')) { console.log('the-lock-gate-is-stuck'); process.exit(3); }
if (existsSync(folder + '/waits')) console.log('the-lock-gate-is-closed');
while (existsSync(folder + '/waits')) await new Promise((resolve) => setTimeout(resolve, 50));
`;

const NEXT_BIN = `
const { mkdirSync, writeFileSync, readFileSync } = require('node:fs');
const title = readFileSync('title.txt', 'utf8');
const chunk = require('node:crypto').createHash('sha256').update(title).digest('hex').slice(0, 16) + '.js';
mkdirSync('out/_next/static/chunks', { recursive: true });
mkdirSync('.next', { recursive: true });
writeFileSync('.next/BUILD_ID', 'tiny');
writeFileSync('out/_next/static/chunks/' + chunk, 'document.title = ' + JSON.stringify(title));
writeFileSync('out/index.html', '<h1>' + title + '</h1><script src="/_next/static/chunks/' + chunk + '"></script>');
`;

export const tinyApp = (title: string): Record<string, string> => ({
  'package.json': JSON.stringify({
    name: 'tiny',
    version: '1.0.0',
    private: true,
    scripts: { build: 'node build-of-a-tiny-app.mjs && node node_modules/next/bin.js build' },
    dependencies: { next: 'file:vendor/next' },
  }),
  'package-lock.json': JSON.stringify({
    name: 'tiny',
    version: '1.0.0',
    lockfileVersion: 3,
    packages: {
      '': { name: 'tiny', version: '1.0.0', dependencies: { next: 'file:vendor/next' } },
      'node_modules/next': { resolved: 'vendor/next', link: true, version: NEXT },
      'vendor/next': { name: 'next', version: NEXT },
    },
  }),
  'next.config.js': "module.exports = { output: 'export' };\n",
  'build-of-a-tiny-app.mjs': BUILD,
  'title.txt': title,
  'vendor/next/package.json': JSON.stringify({ name: 'next', version: NEXT }),
  'vendor/next/bin.js': NEXT_BIN,
  'vendor/next/dist/server/config.js':
    "exports.default = async () => ({ distDir: '.next', output: 'export', images: {} });\n",
});

/** The tiny app as `apps/web` of an npm workspace, beside `apps/docs`, which it does not need. */
export function tinyMonorepo(title: string): Record<string, string> {
  const { 'package.json': manifest = '', 'package-lock.json': _, ...files } = tinyApp(title);
  const web = { ...JSON.parse(manifest), name: 'web' };
  const link = (resolved: string) => ({ resolved, link: true });
  return {
    'package.json': JSON.stringify({ name: 'mono', private: true, workspaces: ['apps/*'] }),
    'package-lock.json': JSON.stringify({
      name: 'mono',
      lockfileVersion: 3,
      packages: {
        '': { name: 'mono', workspaces: ['apps/*'] },
        'apps/docs': { version: '1.0.0' },
        'apps/web': { version: '1.0.0', dependencies: web.dependencies },
        'apps/web/vendor/next': { name: 'next', version: NEXT },
        'node_modules/docs': link('apps/docs'),
        'node_modules/next': { ...link('apps/web/vendor/next'), version: NEXT },
        'node_modules/web': link('apps/web'),
      },
    }),
    'apps/docs/package.json': JSON.stringify({ name: 'docs', version: '1.0.0' }),
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`apps/web/${name}`, text])),
    'apps/web/package.json': JSON.stringify({
      ...web,
      scripts: { build: web.scripts.build.replace('node_modules', '../../node_modules') },
    }),
  };
}

/** How the builds of one app go, from outside of its repository. */
export function lockKeeper(folder: string) {
  const set = (name: string, on: boolean) =>
    on ? writeFileSync(join(folder, name), '') : rmSync(join(folder, name), { force: true });
  return {
    environment: { LOCK_FOLDER: folder },
    fail: (on: boolean) => set('fails', on),
    hold: (on: boolean) => set('waits', on),
  };
}
