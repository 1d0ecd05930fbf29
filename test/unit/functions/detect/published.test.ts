import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { decide } from '../../../../functions/detect/decide.ts';
import { inspect } from '../../../../preflight/inspect.ts';
import { treeOf } from '../../preflight/support.ts';

const template = readFileSync(new URL('../../../../buildspecs/build.yml', import.meta.url), 'utf8');
const STATIC = "module.exports = { output: 'export' }";
const lock = JSON.stringify({ lockfileVersion: 3, packages: { '': {}, 'node_modules/next': { version: '15.5.29' } } });

function treeWith(frontend: string, { appRoot = '.', config = STATIC } = {}) {
  const own = { 'package.json': '{"scripts":{"build":"next build"},"dependencies":{"next":"15.5.29"}}' };
  const inFolder = Object.entries({ ...own, 'package-lock.json': lock, 'next.config.js': config });
  const files = Object.fromEntries(
    inFolder.map(([name, text]) => [appRoot === '.' ? name : `${appRoot}/${name}`, text]),
  );
  return treeOf({ ...files, 'amplify.yml': `version: 1\nfrontend: { ${frontend} }\n` }, appRoot);
}

function publishedBy(...settings: Parameters<typeof treeWith>) {
  const tree = treeWith(...settings);
  const { TOWPATH_PUBLISHED_FILES: files } = parse(decide(tree, template).buildspec).env.variables;
  const found = inspect(tree).findings.filter(({ code }) => code === 'BASE_DIRECTORY_IGNORED');
  return { files: files && JSON.parse(files), told: found.map(({ message }) => message).join() };
}

const ALL = { globs: ['**/*'], flat: false };

test.each<[frontend: string, files: object | undefined]>([
  ['artifacts: {}', undefined],
  // Next.js may have exported elsewhere, and a later command filled this one.
  ["artifacts: { baseDirectory: out, files: ['**/*'] }", { folder: 'out', ...ALL }],
  ["artifacts: { baseDirectory: /out/, files: '**/*', discard-paths: no }", { folder: 'out', ...ALL }],
  ["artifacts: { files: ['**/*', '!**/*.map', '!/a/*'] }", { globs: ['**/*', '!**/*.map', '!a/*'], flat: false }],
  ["artifacts: { files: ['', '/'] }", undefined],
  ['artifacts: { files: [] }', undefined],
  ['artifacts: { baseDirectory: dist, files: [] }', { folder: 'dist', ...ALL }],
  ['artifacts: { baseDirectory: ./dist/ }', { folder: 'dist', ...ALL }],
  ["artifacts: { files: ['/**/*.html', ./_next/**/*] }", { globs: ['**/*.html', '_next/**/*'], flat: false }],
  ["artifacts: { discard-paths: yes, files: ['**/*'] }", { ...ALL, flat: true }],
  ['artifacts: { discard-paths: true }', { ...ALL, flat: true }],
])('a static site, %s', (frontend, files) => {
  expect(publishedBy(frontend)).toEqual({ files, told: '' });
});

test.each<[frontend: string, folder: string]>([
  ['artifacts: { baseDirectory: dist }', 'dist'],
  ['artifacts: { baseDirectory: apps/web/dist }', 'dist'],
  ['buildPath: /, artifacts: { baseDirectory: dist/web }', '../../dist/web'],
  ['buildPath: apps/web, artifacts: { baseDirectory: dist }', 'dist'],
  // So Amplify's page spells it: https://docs.aws.amazon.com/amplify/latest/userguide/yml-specification-syntax.html
  ['buildpath: /, artifacts: { baseDirectory: dist/web }', '../../dist/web'],
])('of an app in a folder, %s', (frontend, folder) => {
  expect(publishedBy(frontend, { appRoot: 'apps/web' })).toEqual({ files: { folder, ...ALL }, told: '' });
});

test('Windows line ends and a BOM change nothing', () => {
  const written = "version: 1\nfrontend:\n  artifacts:\n    baseDirectory: dist\n    files:\n      - '**/*.html'\n";
  const tree = treeWith('artifacts: {}');
  const texts = new Map([...tree.texts, ['amplify.yml', `\uFEFF${written.replaceAll('\n', '\r\n')}`]]);
  const { TOWPATH_PUBLISHED_FILES: files } = parse(decide({ ...tree, texts }, template).buildspec).env.variables;
  expect(JSON.parse(files)).toEqual({ folder: 'dist', globs: ['**/*.html'], flat: false });
});

test('an amplify.yml that is kept with the app counts as one of the commit', () => {
  const { texts, ...tree } = treeWith('artifacts: {}');
  const isOther = (file: string) => file !== 'amplify.yml';
  const committed = {
    ...tree,
    entries: tree.entries.filter(({ path }) => isOther(path)),
    texts: new Map([...texts].filter(([file]) => isOther(file))),
  };
  const kept = 'frontend: { artifacts: { baseDirectory: dist } }';
  const { buildspec } = decide(committed, template, { globalPackages: [], runsTests: true, amplifyYml: kept });
  expect(JSON.parse(parse(buildspec).env.variables.TOWPATH_PUBLISHED_FILES)).toEqual({ folder: 'dist', ...ALL });
});

test.each<[baseDirectory: string, why: string]>([
  ['.next', 'it is where Next.js builds, not what it exports'],
  ['/', 'it holds the sources'],
  ['../shop', 'it lies outside of the repository'],
])('a static site is never %s', (baseDirectory, why) => {
  expect(publishedBy(`artifacts: { baseDirectory: ${baseDirectory} }`)).toEqual({
    files: undefined,
    told: `amplify.yml has baseDirectory "${baseDirectory}", which is not followed: ${why}.`,
  });
});

test('of an app that seems to be rendered by a server they count only if it is exported after all', () => {
  const config = "module.exports = { output: process.env.SHIP ? 'export' : undefined }";
  const frontend = "artifacts: { baseDirectory: dist, files: ['*.html'] }";
  expect(publishedBy(frontend, { config })).toEqual({
    files: { folder: 'dist', globs: ['*.html'], flat: false },
    told: expect.stringContaining('rendered by a server'),
  });
  expect(decide(treeWith(frontend, { config }), template).reasons.join()).not.toContain('published');
  expect(publishedBy('artifacts: { baseDirectory: .next }', { config })).toEqual({ files: undefined, told: '' });
  expect(
    publishedBy('buildPath: /, artifacts: { baseDirectory: apps/web/.next }', { config, appRoot: 'apps/web' }),
  ).toEqual({ files: undefined, told: '' });
});

test('a switch that is none is an error with its line', () => {
  expect(() => publishedBy('artifacts: { discard-paths: sometimes }')).toThrow(
    /amplify\.yml: line 2, column \d+: .*discard-paths/,
  );
});
