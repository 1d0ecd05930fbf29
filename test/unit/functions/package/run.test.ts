import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { fromBufferPromise } from 'yauzl';
import type { ObjectAddress, ObjectDescription } from '../../../../aws/artifacts.ts';
import type { SecretValue } from '../../../../aws/secret-values.ts';
import type { ReleaseRecord } from '../../../../domain/release.ts';
import type { AppSettings } from '../../../../domain/settings.ts';
import type { RepositoryRules } from '../../../../domain/site-rules.ts';
import { rulesInForce } from '../../../../domain/site-rules.ts';
import type { Variable } from '../../../../domain/variables.ts';
import { type Ports, run } from '../../../../functions/package/run.ts';
import { type BundleParts, bundleZip } from '../../../support/bundle-zip.ts';
import { DEPLOYMENT_ID, pipelineState } from '../../../support/pipeline-state.ts';
import { plainVariables } from '../../../support/plain-variables.ts';

interface Stored {
  content: Buffer;
  about: ObjectDescription;
}

const FILES = {
  'static/_next/static/a.js': 'chunk',
  'public/robots.txt': 'robots',
  'functions/default/app/server.js': 'server',
};

let folder: string;
let edgeFolder: string;
let temporaryFolder: string;
let objects: Map<string, Stored>;
let releases: ReleaseRecord[];
let variables: Variable[];
let settings: AppSettings;
let rules: RepositoryRules;
let secretValues: Map<string, SecretValue>;

const address = ({ bucket, key }: ObjectAddress) => `${bucket}/${key}`;
const at = (key: string) => objects.get(`${pipelineState().site.bucket}/${key}`);
const zipOf = (name: string) =>
  objects.get(`towpath-dev-artifacts/deployments/${DEPLOYMENT_ID}/functions/${name}.zip`)!.content;

/** S3 in a Map. */
function artifacts(): Ports['artifacts'] {
  const put = async (where: ObjectAddress, content: Uint8Array | string, about: ObjectDescription = {}) => {
    objects.set(address(where), { content: Buffer.from(content as Uint8Array), about });
  };
  return {
    put,
    stream: async (where) => Readable.from([objects.get(address(where))!.content]),
    getText: async (where) => objects.get(address(where))!.content.toString(),
    copy: async (from, to) => {
      objects.set(address(to), objects.get(address(from))!);
    },
    putStream: async (where, content, about) => put(where, await text(content), about),
    async putOnce(where, content, about) {
      if (objects.has(address(where))) return 'exists';
      await put(where, content, about);
      return 'written';
    },
    async head(where) {
      const found = objects.get(address(where));
      return found && { bytes: found.content.length, metadata: found.about.metadata ?? {} };
    },
    list: async (bucket, prefix) =>
      [...objects]
        .filter(([path]) => path.startsWith(`${bucket}/${prefix}`))
        .map(([path, { content }]) => ({
          key: path.slice(bucket.length + 1),
          bytes: content.length,
          etag: createHash('md5').update(content).digest('hex'),
        })),
  };
}

const ports = (): Ports => ({
  artifacts: artifacts(),
  tableName: 'towpath',
  variables: { ofApp: async () => variables },
  settings: { get: async () => settings },
  secretValues: { read: async ({ name }) => secretValues.get(name) },
  builds: { put: async () => undefined },
  releases: {
    ofSite: async () => releases,
    put: async (record) => {
      releases.push(record);
    },
  },
  artifactBucket: 'towpath-dev-artifacts',
  deployer: { stage: 'dev', accountId: '111122223333', region: 'eu-west-1' },
  edgeFolder,
  temporaryFolder,
  now: () => new Date(0),
});

async function packageBundle(parts: BundleParts, id = DEPLOYMENT_ID, world = ports()) {
  const state = pipelineState();
  state.deployment.id = id;
  objects.set(address(state.build.artifact), { content: await bundleZip(parts), about: {} });
  objects.set(address(state.build.repositoryRules), { content: Buffer.from(JSON.stringify(rules)), about: {} });
  return run(state, world);
}

async function entriesOf(zip: Buffer) {
  const archive = await fromBufferPromise(zip);
  const entries: Record<string, string> = {};
  for await (const entry of archive.eachEntry()) {
    entries[entry.fileName] = await text(await archive.openReadStreamPromise(entry));
  }
  return entries;
}

beforeEach(async () => {
  objects = new Map();
  releases = [];
  variables = plainVariables({ DATABASE_URL: 'postgres://secret' });
  secretValues = new Map();
  settings = {};
  rules = {};
  folder = await mkdtemp(join(tmpdir(), 'towpath-package-test-'));
  edgeFolder = join(folder, 'edge');
  temporaryFolder = join(folder, 'tmp');
  await mkdir(temporaryFolder);
  for (const name of ['default', 'static', 'image/node_modules/sharp'])
    await mkdir(join(edgeFolder, name), { recursive: true });
  await writeFile(join(edgeFolder, 'default/index.mjs'), 'default runtime');
  await writeFile(join(edgeFolder, 'static/index.mjs'), 'static runtime');
  await writeFile(join(edgeFolder, 'image/index.mjs'), 'image runtime');
  await writeFile(join(edgeFolder, 'image/node_modules/sharp/index.js'), 'sharp');
});

afterEach(async () => {
  const left = await readdir(temporaryFolder);
  await rm(folder, { recursive: true, force: true });
  expect(left).toEqual([]);
});

test('files are uploaded side by side; those that are there are neither sent nor asked for again', async () => {
  const names = Array.from({ length: 9 }, (_, index) => `static/_next/static/${index}.js`);
  const many = { ...FILES, ...Object.fromEntries(names.map((name) => [name, name])) };
  const s3 = artifacts();
  const fourth = Promise.withResolvers<void>();
  const putOnce = jest.fn<typeof s3.putOnce>(async (...args) => {
    if (putOnce.mock.calls.length === 4) fourth.resolve();
    // None is done before four have begun.
    await fourth.promise;
    return s3.putOnce(...args);
  });
  const head = jest.fn(s3.head);
  const counted = () => ({ ...ports(), artifacts: { ...s3, putOnce, head } });
  await packageBundle({ files: many }, DEPLOYMENT_ID, counted());
  expect(putOnce).toHaveBeenCalledTimes(11);

  putOnce.mockClear();
  const { figures } = await packageBundle({ files: many }, '01JD0000000000000000000009', counted());
  expect(figures).toMatchObject({ uploadedFiles: 1 });
  expect(putOnce.mock.calls.map(([{ key }]) => key)).toEqual(['releases/01JD0000000000000000000009/public/robots.txt']);
  expect(head).not.toHaveBeenCalled();
});

test('the regeneration function is the ZIP of default, which knows its queue', async () => {
  const { output } = await packageBundle({ files: FILES, manifest: { functions: ['default', 'regeneration'] } });

  const [code, regeneration] = output.functions;
  expect(regeneration).toEqual({ ...code, name: 'regeneration' });
  expect(JSON.parse((await entriesOf(zipOf('default')))['towpath.json'] as string).regeneration).toEqual({
    queueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/towpath-dev-shop-main-regeneration.fifo',
    region: 'eu-west-1',
    stage: 'dev',
    table: 'towpath',
    distributionId: 'E2EXAMPLE',
  });
});

test('a release is files in the site’s bucket, zips and a manifest in the control plane’s, and a record', async () => {
  const { output, figures } = await packageBundle({ files: FILES, manifest: { functions: ['default', 'image'] } });

  expect(at('static/_next/static/a.js')?.content.toString()).toBe('chunk');
  expect(at(`releases/${DEPLOYMENT_ID}/public/robots.txt`)?.content.toString()).toBe('robots');
  expect(figures).toMatchObject({ uploadedFiles: 2, uploadedBytes: 20, unchangedFiles: 0 });
  expect(output.functions.map(({ name, codeSha256 }) => [name, codeSha256])).toEqual(
    ['default', 'image'].map((name) => [name, createHash('sha256').update(zipOf(name)).digest('base64')]),
  );
  expect(releases).toEqual([
    expect.objectContaining({ site: 'shop-main', release: DEPLOYMENT_ID, number: 2, basePath: '' }),
  ]);
});

test('a function is the runtime, the app’s files and the settings; the settings go nowhere else', async () => {
  const { output, figures } = await packageBundle({ files: FILES, manifest: { functions: ['default', 'image'] } });

  const inDefault = await entriesOf(zipOf('default'));
  expect(Object.keys(inDefault)).toEqual(['app/server.js', 'index.mjs', 'towpath.json']);
  expect(JSON.parse(inDefault['towpath.json']!)).toMatchObject({
    site: 'shop-main',
    release: DEPLOYMENT_ID,
    bucketRegion: 'eu-west-1',
    environment: { DATABASE_URL: 'postgres://secret', TOWPATH_SITE_URL: 'https://shop.example.com' },
    publicPaths: ['/robots.txt'],
  });
  expect(Object.keys(await entriesOf(zipOf('image')))).toEqual([
    'index.mjs',
    'node_modules/sharp/index.js',
    'towpath.json',
  ]);
  expect(JSON.stringify({ output, figures, releases })).not.toContain('secret');
});

test('packaged again, the zips are the same bytes and nothing is uploaded', async () => {
  const parts = { files: FILES };
  const first = await packageBundle(parts);
  const again = await packageBundle(parts);

  expect(again.output).toEqual(first.output);
  expect(again.figures).toMatchObject({ uploadedFiles: 0, unchangedFiles: 2 });
});

test('two releases of the same content differ in their code, not in their content', async () => {
  const other = '01JD0000000000000000000003';
  await packageBundle({ files: FILES });
  await packageBundle({ files: FILES }, other);
  await packageBundle({ files: { ...FILES, 'functions/default/app/server.js': 'changed' } }, other);

  const [a, b, c] = releases.map(({ functions }) => functions[0]!);
  expect(a!.codeSha256).not.toBe(b!.codeSha256);
  expect(a!.contentSha256).toBe(b!.contentSha256);
  expect(c!.contentSha256).not.toBe(b!.contentSha256);
});

test('the image function knows no release: an equal one of before is taken as it is, and kept once more', async () => {
  const other = '01JD0000000000000000000003';
  const manifest = { functions: ['default' as const, 'image' as const] };
  await packageBundle({ files: FILES, manifest });
  const earlier = zipOf('image');
  objects.set(`towpath-dev-artifacts/deployments/${DEPLOYMENT_ID}/functions/image.zip`, {
    content: Buffer.from('the very same'),
    about: {},
  });
  await packageBundle({ files: { ...FILES, 'functions/default/app/server.js': 'changed' }, manifest }, other);
  await packageBundle(
    { files: { ...FILES, 'public/new.png': 'changes what it knows' }, manifest },
    `${other.slice(0, -1)}4`,
  );

  const [first, same, changed] = releases.map(({ functions }) => functions.find(({ name }) => name === 'image')!);
  expect(same).toEqual({ ...first, code: { ...first!.code, key: `deployments/${other}/functions/image.zip` } });
  expect(objects.get(address(same!.code))!.content.toString()).toBe('the very same');
  expect(changed!.codeSha256).not.toBe(first!.codeSha256);
  expect(earlier.length).toBe(first!.zippedBytes);
});

test('packaged again after the release was recorded, its own ZIP is not copied onto itself', async () => {
  const parts = { files: FILES, manifest: { functions: ['default' as const, 'image' as const] } };
  await packageBundle(parts);
  const copied = jest.fn<Ports['artifacts']['copy']>();
  const state = pipelineState();
  await run(state, { ...ports(), artifacts: { ...artifacts(), copy: copied } });
  expect(copied).not.toHaveBeenCalled();
});

test('a shared file with other content than before fails and is named', async () => {
  await packageBundle({ files: FILES });

  await expect(packageBundle({ files: { ...FILES, 'static/_next/static/a.js': 'other' } })).rejects.toMatchObject({
    name: 'STATIC_FILE_CHANGED',
    message: expect.stringContaining('static/_next/static/a.js'),
  });
  expect(at('static/_next/static/a.js')?.content.toString()).toBe('chunk');
});

test.each<[string, BundleParts, string]>([
  [
    'a file that is not what the manifest says',
    {
      files: { 'public/a': '1' },
      manifest: { files: { 'public/a': { sha256: 'no', bytes: 1, contentType: 'text/plain' } } },
    },
    'public/a',
  ],
  [
    'a file that is missing',
    { files: {}, manifest: { files: { 'public/gone': { sha256: 'x', bytes: 1, contentType: 'text/plain' } } } },
    'public/gone',
  ],
  ['a manifest of another version', { files: {}, manifest: { schemaVersion: 99 as never } }, 'manifest.json'],
  ['a file in the place of the runtime', { files: { 'functions/default/index.mjs': 'evil' } }, 'index.mjs'],
  ['a link out of the function', { files: {}, links: { 'functions/default/app/link': '../../etc' } }, 'link out'],
  ['an absolute link', { files: {}, links: { 'functions/default/app/link': '/etc' } }, 'link out'],
])('a bundle with %s is refused', async (_, parts, named) => {
  await expect(packageBundle(parts)).rejects.toMatchObject({
    name: 'BUNDLE_INVALID',
    message: expect.stringContaining(named),
  });
  expect(releases).toEqual([]);
});

test('what is no ZIP is refused', async () => {
  const state = pipelineState();
  objects.set(address(state.build.artifact), { content: Buffer.from('no zip'), about: {} });

  await expect(run(state, ports())).rejects.toMatchObject({ name: 'BUNDLE_INVALID' });
});

test('a link inside the function stays a link', async () => {
  await packageBundle({ files: FILES, links: { 'functions/default/app/link': 'server.js' } });

  const archive = await fromBufferPromise(zipOf('default'));
  const modes: Record<string, number> = {};
  for await (const entry of archive.eachEntry()) modes[entry.fileName] = entry.externalFileAttributes >>> 16;
  expect(modes['app/link']! & 0o170000).toBe(0o120000);
  expect(modes['app/server.js']! & 0o170000).toBe(0o100000);
});

const secret = (name: string, atRunTime: 'baked' | 'fetched'): Variable => ({
  ...plainVariables({ [name]: '' })[0]!,
  value: undefined,
  secret: { store: 'parameter-store', name: `/secrets/${name}`, atRunTime },
});

test('a baked secret is in the functions, a fetched one only by its name; the image function sees no variable', async () => {
  variables = [...plainVariables({ PLAIN: 'plain' }), secret('BAKED', 'baked'), secret('FETCHED', 'fetched')];
  secretValues = new Map([
    ['/secrets/BAKED', { value: 'a baked value', version: '1' }],
    ['/secrets/FETCHED', { value: 'a fetched value', version: '4' }],
  ]);
  const { output, figures } = await packageBundle({ files: FILES, manifest: { functions: ['default', 'image'] } });
  const settings = (await entriesOf(zipOf('default')))['towpath.json']!;
  expect(JSON.parse(settings)).toMatchObject({
    environment: { PLAIN: 'plain', BAKED: 'a baked value' },
    secrets: {
      region: 'eu-west-1',
      list: [{ variable: 'FETCHED', store: 'parameter-store', name: '/secrets/FETCHED', version: '4' }],
    },
  });
  expect(settings).not.toContain('a fetched value');
  const image = JSON.parse((await entriesOf(zipOf('image')))['towpath.json']!);
  expect([image.environment, image.secrets, image.release]).toEqual([undefined, undefined, undefined]);
  expect(figures?.variables).toBe('PLAIN, BAKED (secret, baked), FETCHED (secret, fetched)');
  expect(JSON.stringify([output, figures, releases])).not.toMatch(/a (baked|fetched) value/);
});

test('a secret in a client file stops everything before anything is uploaded', async () => {
  variables = [secret('TOKEN', 'fetched')];
  secretValues = new Map([['/secrets/TOKEN', { value: 'correct horse', version: '1' }]]);
  const files = { ...FILES, 'static/_next/static/b.js': 'fetch("/", { headers: { token: "correct horse" } })' };
  await expect(packageBundle({ files })).rejects.toMatchObject({
    name: 'SECRET_IN_CLIENT_FILE',
    message: expect.stringContaining('static/_next/static/b.js holds the value of TOKEN'),
  });
  expect([...objects.keys()].filter((key) => !/\/(bundle\.zip|rules\.json)$/.test(key))).toEqual([]);
});

test('a secret that is gone is told by the variable’s name', async () => {
  variables = [secret('TOKEN', 'baked')];
  await expect(packageBundle({ files: FILES })).rejects.toMatchObject({
    name: 'SECRET_MISSING',
    message: expect.stringContaining('TOKEN'),
  });
});

test('a release that takes another’s build keeps a copy of it', async () => {
  const state = pipelineState();
  const other = { ...state.build.artifact, key: 'deployments/01JD0000000000000000000009/bundle.zip' };
  objects.set(address(other), { content: await bundleZip({ files: FILES }), about: {} });
  const otherRules = { ...other, key: other.key.replace('bundle.zip', 'rules.json') };
  objects.set(address(otherRules), { content: Buffer.from('{}'), about: {} });
  await run(
    { ...state, build: { ...state.build, artifact: other, repositoryRules: otherRules, publicVariables: 'f' } },
    ports(),
  );
  const own = { ...other, key: `deployments/${DEPLOYMENT_ID}/bundle.zip` };
  expect(objects.get(address(own))).toEqual(objects.get(address(other)));
  expect(releases[0]?.build).toMatchObject({ artifact: own, publicVariables: 'f' });
});

test('the commit’s rules take the place of the app’s, part by part; security headers come first', async () => {
  rules = { headers: [{ pattern: '*.json', headers: [{ name: 'x-a', value: 'commit' }] }] };
  settings = {
    rewrites: [{ source: '/a', target: '/b', status: '301' }],
    headers: [{ pattern: '**', headers: [{ name: 'x-a', value: 'app' }] }],
    securityHeaders: true,
  };
  await packageBundle({ files: FILES, manifest: { functions: ['default'] } });
  const { rules: shipped } = JSON.parse((await entriesOf(zipOf('default')))['towpath.json']!);
  expect(shipped.rewrites).toEqual(settings.rewrites);
  expect(shipped.headers.map(({ pattern }: { pattern: string }) => pattern)).toEqual(['**', '*.json']);
  expect(JSON.stringify(shipped.headers)).not.toContain('"app"');

  const rewrites = [{ source: '/a', target: '/c', status: '302' as const }];
  expect(rulesInForce({ rewrites }, settings)).toMatchObject({ rewrites, headers: [{}, { pattern: '**' }] });
});

test('what the tests left is named, and goes nowhere', async () => {
  const { figures } = await packageBundle({ files: { ...FILES, 'test/deep/a.xml': '1', 'test/b.xml': '2' } });
  expect(figures).toMatchObject({ testArtifacts: 2, firstTestArtifacts: expect.stringContaining('deep/a.xml') });
  expect([...objects.keys()].filter((key) => key.includes('a.xml'))).toEqual([]);
});

test('a static site has a function once it has rules', async () => {
  const parts = { files: { 'public/index.html': 'home' }, manifest: { rendering: 'static' as const, functions: [] } };
  expect((await packageBundle(parts)).output.functions).toEqual([]);
  settings = { securityHeaders: true };
  expect((await packageBundle(parts)).output.functions.map(({ name }) => name)).toEqual(['default']);
  expect((await entriesOf(zipOf('default')))['index.mjs']).toBe('static runtime');
});
