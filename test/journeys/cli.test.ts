/** The CLI as its user runs it: processes, exit codes, what is printed where. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeRepository, ROOT } from '../support/journey.ts';
import { strayProcesses } from '../support/processes.ts';
import { lockKeeper, tinyApp } from '../support/tiny-app.ts';

const folder = mkdtempSync(join(tmpdir(), 'towpath-cli-'));
const data = join(folder, 'data');
let up: ChildProcess;

const start = (...args: string[]) =>
  spawn(process.execPath, [join(ROOT, 'cli/towpath.ts'), ...args], {
    cwd: ROOT,
    env: { ...process.env, INIT_CWD: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

async function towpath(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = start(...args);
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, err };
}

beforeAll(async () => {
  up = start('up', '--port', '0', '--data', data);
  for await (const line of createInterface({ input: up.stdout as NonNullable<ChildProcess['stdout']> })) {
    if (line.startsWith('Ctrl-C')) return;
  }
  throw new Error('up ended before it was ready');
}, 120_000);

afterAll(async () => {
  if (up.exitCode === null) {
    const ended = new Promise((resolve) => up.once('exit', resolve));
    up.kill('SIGINT');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

describe('usage', () => {
  test('help lists every verb', async () => {
    const { code, out } = await towpath('help');
    expect(code).toBe(0);
    for (const verb of ['up', 'deploy', 'logs', 'list']) expect(out).toMatch(new RegExp(`^  ${verb}\\b`, 'm'));
  });

  test.each([
    [['sail']],
    [['deploy', '--sideways']],
    [['depoy']],
    [['logs']],
    [['promote', 'a-site']],
    [['rollback', 'a-site', 'another']],
    [['domain', 'move', 'example.com']],
    [['up', '--port', 'x']],
    [['deploy', '--env', 'no-value']],
  ])('%j is a usage error', async (args) => {
    const { code, err } = await towpath(...args, ...(args[0] === 'deploy' ? ['--data', data] : []));
    expect(code).toBe(2);
    expect(err).not.toMatch(/^\s+at /m);
  });

  test('without a local cloud it says how to start one', async () => {
    const { code, err } = await towpath('list', '--data', join(folder, 'elsewhere'));
    expect(code).toBe(1);
    expect(err).toContain('npm run towpath -- up');
  });

  test('what is in the way of a local cloud is named, without a stack', async () => {
    const { port } = new URL(JSON.parse(readFileSync(join(data, 'running.json'), 'utf8')).endpoint);
    const [file, broken] = [join(folder, 'file'), join(folder, 'broken')];
    writeFileSync(file, '');
    mkdirSync(join(broken, 'cloud'), { recursive: true });
    writeFileSync(join(broken, 'cloud', 'records.sqlite'), 'no database, and long enough to be read as one'.repeat(99));
    writeFileSync(join(broken, 'running.json'), '{');
    for (const [args, named] of [
      [['up', '--port', port, '--data', join(folder, 'other')], `Port ${port} on 127.0.0.1 is not free`],
      [['up', '--port', String(Number(port) - 1), '--data', join(folder, 'other')], 'on 127.0.0.1 is not free'],
      [['up', '--port', '0', '--data', data], data],
      [['up', '--port', '0', '--data', file], file],
      [['up', '--port', '0', '--data', broken], 'records.sqlite'],
      [['list', '--data', broken], 'running.json'],
    ] as const) {
      const { code, err } = await towpath(...args);
      expect([args, code, err]).toEqual([args, 1, expect.stringContaining(named)]);
      expect(err).not.toMatch(/^\s+at /m);
    }
  }, 120_000);

  test('a folder that is no Git repository, one without a commit, a detached HEAD', async () => {
    const { code, err } = await towpath('deploy', '/', '--data', data);
    expect([code, err]).toEqual([1, expect.stringContaining('git init')]);
    expect((await towpath('deploy', join(folder, 'nowhere'), '--data', data)).code).toBe(2);
  });
});

test('a failed deployment exits with 1; its last line is the report; list and logs know it', async () => {
  const repository = await makeRepository(join(folder, 'no-app'), { 'README.md': 'no app here' });
  const deployed = await towpath('deploy', repository, '--app', 'no-app', '--json', '--data', data);
  expect(deployed.code).toBe(1);
  const report = JSON.parse(deployed.out.trim().split('\n').at(-1) ?? '');
  expect(report).toMatchObject({ status: 'failed', steps: [{ name: 'Detect' }] });
  expect(deployed.err).toContain('package.json');

  const listed = await towpath('list', '--data', data);
  expect(listed.code).toBe(0);
  expect(listed.out).toContain(report.deploymentId);
  const [first] = JSON.parse((await towpath('list', '--json', '--data', data)).out);
  expect(first).toMatchObject({ id: report.deploymentId, status: 'failed' });

  expect(await towpath('logs', report.deploymentId, '--data', data)).toMatchObject({ code: 0, out: '' });
  for (const [args, code] of [
    [['logs', '01JD0000000000000000000000'], 'NO_SUCH_DEPLOYMENT'],
    [['logs', 'nobody-main'], 'NO_SUCH_SITE'],
    [['watch', repository, '--app', 'nobody'], 'NO_SUCH_APP'],
  ] as const) {
    const unknown = await towpath(...args, '--data', data);
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringMatching(`"towpath list".*\\(${code}\\)`)]);
  }
}, 120_000);

test('deploying the same commit again is a new deployment, and another branch another site', async () => {
  const repository = await makeRepository(join(folder, 'twice'), { 'README.md': 'no app here' });
  const ids = [];
  for (let round = 0; round < 2; round++) {
    const { out } = await towpath('deploy', repository, '--app', 'twice', '--json', '--data', data);
    ids.push(JSON.parse(out.trim().split('\n').at(-1) ?? '').deploymentId);
  }
  expect(new Set(ids).size).toBe(2);

  await towpath('deploy', repository, '--app', 'twice', '--branch', 'trunk', '--json', '--data', data);
  const [newest] = JSON.parse((await towpath('list', '--json', '--data', data)).out);
  expect(newest).toMatchObject({ site: 'twice-trunk', status: 'failed' });
}, 120_000);

test('a build is shown while it runs: deploy tells its phases, logs its lines', async () => {
  const gate = join(folder, 'gate');
  mkdirSync(gate);
  const keeper = lockKeeper(gate);
  const repository = await makeRepository(join(folder, 'tiny'), tinyApp('slow'));
  keeper.hold(true);
  const deploy = start('deploy', repository, '--app', 'tiny', '--env', `LOCK_FOLDER=${gate}`, '--data', data);
  const exitCode = new Promise((resolve) => deploy.once('close', resolve));
  let logsExitCode: Promise<unknown> | undefined;
  const shown = createInterface({ input: deploy.stdout as NonNullable<ChildProcess['stdout']> });
  const deployLines: string[] = [];
  let id: string | undefined;
  const logLines: string[] = [];
  for await (const line of shown) {
    deployLines.push(line);
    id ??= /^Deployment (\w+)$/.exec(line)?.[1];
    if (id && !logsExitCode && /^ {6}PRE_BUILD/.test(line)) {
      const logs = start('logs', id, '--data', data);
      logsExitCode = new Promise((resolve) => logs.once('close', resolve));
      for await (const logLine of createInterface({ input: logs.stdout as NonNullable<ChildProcess['stdout']> })) {
        logLines.push(logLine);
        // The build goes on only once its log has told that it waits.
        if (logLine.includes('the-lock-gate-is-closed')) keeper.hold(false);
      }
    }
  }
  expect(deployLines.join('\n')).toMatch(/… Build\n {6}INSTALL.*\n {6}PRE_BUILD.*\n(.*\n)*.*✓ Build/);
  expect(logLines.at(-1)).toContain('Phase context status code:');
  expect([await logsExitCode, await exitCode]).toEqual([0, 0]);
}, 120_000);

test('Ctrl-C ends it with 0, and no process stays', async () => {
  const ended = new Promise((resolve) => up.once('exit', resolve));
  up.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(strayProcesses(folder)).toEqual([]);
}, 60_000);
