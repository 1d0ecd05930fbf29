/** Imports point one way: DESIGN's rooms, and what each may know of the others. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { PROMOTION_STEPS, STEPS, TEARDOWN_STEPS } from '../../../domain/deployment.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** Room → what it may import besides itself. A prefix: `functions/api/app.ts` names one file. */
const MAY_IMPORT: Record<string, string[]> = {
  domain: [],
  preflight: ['domain'],
  aws: ['domain'],
  githost: ['domain'],
  nextjs: ['domain'],
  edge: ['domain'],
  middleware: ['domain', 'aws'],
  lifecycle: ['domain', 'aws', 'githost', 'middleware'],
  functions: ['domain', 'aws', 'githost', 'middleware', 'lifecycle', 'preflight'],
  'local-cloud': [],
  'local-git': [],
  scripts: ['domain', 'preflight', 'functions/api', 'functions/prepare-site/policies.ts'],
  cli: [
    'domain',
    'preflight',
    'local-cloud/index.ts',
    'local-git/index.ts',
    'scripts/package.ts',
    'functions/api/app.ts',
  ],
};

const IMPORT = /^\s*(?:import|export)\s[^;]*?from\s+'(\.[^']+)'|^\s*import\s+'(\.[^']+)'|import\('(\.[^']+)'\)/gm;

const importsOf = (file: string) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(IMPORT)]
    .map(([, from, bare, dynamic]) => relative(root, join(root, dirname(file), from ?? bare ?? dynamic ?? '')))
    .map((target) => ({ file, target }));

const edges = Object.keys(MAY_IMPORT).flatMap((room) =>
  globSync(`${room}/**/*.{ts,mjs}`, { cwd: root }).flatMap(importsOf),
);
const roomOf = (file: string) => file.split('/')[0] as string;
/** A room inside a room: one Lambda, one emulated service. */
const innerRoom = (file: string) => /^(functions\/[^/]+|local-cloud\/services\/[^/]+)\//.exec(file)?.[1];
const show = ({ file, target }: { file: string; target: string }) => `${file} → ${target}`;

test('there is something to check', () => {
  expect(edges.length).toBeGreaterThan(100);
});

test('a room imports only the rooms it may know', () => {
  const allowed = ({ file, target }: { file: string; target: string }) =>
    roomOf(file) === roomOf(target) ||
    MAY_IMPORT[roomOf(file)]?.some((room) => target === room || target.startsWith(`${room}/`));
  expect(edges.filter((edge) => !allowed(edge)).map(show)).toEqual([]);
});

test('no Lambda imports another, no emulated service imports another', () => {
  const crossing = edges.filter(
    ({ file, target }) => innerRoom(file) && innerRoom(target) && innerRoom(file) !== innerRoom(target),
  );
  expect(crossing.map(show)).toEqual([]);
});

test('the CLI knows the HTTP API by its types alone', () => {
  const lines = globSync('cli/**/*.ts', { cwd: root }).flatMap((file) =>
    readFileSync(join(root, file), 'utf8').split('\n'),
  );
  expect(lines.filter((line) => line.includes('functions/api') && !line.startsWith('import type'))).toEqual([]);
});

test('SDK clients are constructed in aws/clients.ts alone', () => {
  const product = ['functions', 'lifecycle', 'middleware', 'githost', 'domain', 'aws'].flatMap((room) =>
    globSync(`${room}/**/*.ts`, { cwd: root }),
  );
  const constructing = product.filter((file) => /new [A-Za-z]+Client\(/.test(readFileSync(join(root, file), 'utf8')));
  expect(constructing).toEqual(['aws/clients.ts']);
});

interface State {
  Type: string;
  Next?: string;
  Default?: string;
  TimeoutSeconds?: number;
}
interface Machine {
  StartAt: string;
  TimeoutSeconds?: number;
  States: Record<string, State>;
}
const machineOf = (name: string) =>
  parse(readFileSync(join(root, `statemachines/${name}.asl.yml`), 'utf8'), { merge: true }) as Machine;

/** As they follow each other. A Choice is no step: it does nothing that could be told. */
function statesOf(name: string): string[] {
  const { StartAt, States } = machineOf(name);
  const steps: string[] = [];
  for (let at: string | undefined = StartAt; at !== undefined; at = States[at]?.Next ?? States[at]?.Default)
    if (States[at]?.Type === 'Task') steps.push(at);
  return steps;
}

test('the timeline knows the states of all machines, as they follow each other', () => {
  expect(statesOf('deploy')).toEqual([...STEPS]);
  expect(statesOf('promote')).toEqual([...PROMOTION_STEPS]);
  expect(statesOf('teardown')).toEqual([...TEARDOWN_STEPS]);
  expect(TEARDOWN_STEPS).toEqual(expect.arrayContaining(statesOf('domain')));
});

test('a promotion does what the pipeline does from SmokeTest on', () => {
  const [deploy, promote] = [machineOf('deploy').States, machineOf('promote').States];
  for (const step of PROMOTION_STEPS) expect(promote[step]).toEqual(deploy[step]);
});

test.each(['deploy', 'promote', 'teardown', 'domain'])('no step of %s waits for ever, and none is caught', (name) => {
  const { TimeoutSeconds: whole = Number.NaN, States } = machineOf(name);
  const steps = Object.entries(States).filter(([, { Type }]) => Type === 'Task');
  expect(steps.filter(([, { TimeoutSeconds }]) => !(Number(TimeoutSeconds) < whole))).toEqual([]);
  // A step that failed fails the execution in its own state: that is what replays it from there.
  expect(steps.filter(([, state]) => 'Catch' in state)).toEqual([]);
});

test('a handler is one short page in middy', () => {
  const handlers = globSync('functions/*/index.ts', { cwd: root }).map((file) => ({
    file,
    text: readFileSync(join(root, file), 'utf8'),
  }));
  expect(handlers.length).toBeGreaterThan(10);
  expect(handlers.filter(({ text }) => text.trimEnd().split('\n').length > 40).map(({ file }) => file)).toEqual([]);
  expect(handlers.filter(({ text }) => !/\b(middy|stepHandler)\b/.test(text)).map(({ file }) => file)).toEqual([]);
});

test('a state of the pipeline has its folder under functions/', () => {
  const states = [...statesOf('deploy'), ...statesOf('teardown')];
  const folderOf = (state: string) => state.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
  const folders = globSync('functions/*', { cwd: root });
  // Build is CodeBuild's own: it has buildspecs/build.yml instead.
  expect(states.filter((state) => state !== 'Build' && !folders.includes(`functions/${folderOf(state)}`))).toEqual([]);
  expect(states).toHaveLength(16);
});
