import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, getPriority } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { PublishVersionCommand, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LambdaCloud, ROLE, startLambdaCloud } from '../support/lambda-cloud.ts';
import { zipOf } from '../support/lambda-package.ts';
import { until } from '../support/until.ts';

const WHO = 'export const handler = async () => process.pid;';

let cloud: LambdaCloud;
beforeAll(async () => {
  cloud = await startLambdaCloud();
});
afterAll(() => cloud.stop());

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test("a function has Lambda's environment and nothing of the local cloud's", async () => {
  process.env.SECRET_OF_THE_PARENT = 'x';
  await cloud.create('surroundings', 'export const handler = async () => ({ env: process.env, cwd: process.cwd() });', {
    Environment: { Variables: { GREETING: 'hello' } },
  });
  const { payload } = (await cloud.invoke('surroundings')) as { payload: { env: NodeJS.ProcessEnv; cwd: string } };
  delete process.env.SECRET_OF_THE_PARENT;
  const { env, cwd } = payload;
  expect(env).toMatchObject({
    GREETING: 'hello',
    AWS_LAMBDA_FUNCTION_NAME: 'surroundings',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_REGION: 'eu-west-1',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_SESSION_TOKEN: ROLE,
    LAMBDA_TASK_ROOT: cwd,
    _HANDLER: 'index.handler',
  });
  expect(
    Object.keys(env)
      .filter((name) => !/^(AWS_|LAMBDA_|_)/.test(name))
      .sort(),
  ).toEqual(['GREETING', 'LANG', 'PATH', 'TMPDIR', 'TZ']);
});

test('the context names the function and counts down', async () => {
  await cloud.create(
    'context',
    'export const handler = async (_, context) => ({ ...context, left: context.getRemainingTimeInMillis() });',
    { Timeout: 9 },
  );
  const { payload } = (await cloud.invoke('context')) as { payload: Record<string, unknown> };
  expect(payload).toMatchObject({
    functionName: 'context',
    functionVersion: '$LATEST',
    memoryLimitInMB: '128',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:context',
    logGroupName: '/aws/lambda/context',
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(payload.left).toBeGreaterThan(0);
  expect(payload.left).toBeLessThanOrEqual(9000);
});

test.each([
  ['an ES module in a folder', 'src/app.handler', { 'src/app.mjs': 'export const handler = () => 1;' }, 1],
  ['CommonJS', 'index.handler', { 'index.js': 'exports.handler = async () => 2;' }, 2],
  ['a .cjs file', 'index.handler', { 'index.cjs': 'module.exports = { handler: async () => 3 };' }, 3],
  [
    'an ES module by package.json',
    'index.handler',
    { 'index.js': 'export const handler = async () => 4;', 'package.json': '{"type":"module"}' },
    4,
  ],
  ['a handler within an object', 'index.a.b', { 'index.mjs': 'export const a = { b: async () => 5 };' }, 5],
  [
    "the runtime's own SDK",
    'index.handler',
    {
      'index.mjs':
        "import { LambdaClient } from '@aws-sdk/client-lambda'; export const handler = async () => LambdaClient.name;",
    },
    'LambdaClient',
  ],
])('runs %s', async (name, Handler, files, expected) => {
  const functionName = name.replaceAll(/\W/g, '-');
  await cloud.create(functionName, files as Record<string, string>, { Handler });
  expect(await cloud.invoke(functionName)).toMatchObject({ payload: expected, error: undefined });
});

test('a package that lies above the function’s code is missing, as it is on Lambda', async () => {
  const above = path.join(path.dirname(cloud.environment.folder), 'node_modules', 'lies-above');
  mkdirSync(above, { recursive: true });
  writeFileSync(path.join(above, 'index.js'), 'module.exports = 1;');
  const required =
    "exports.handler = async () => { try { return require('lies-above'); } catch (e) { return e.code; } };";
  await cloud.create('requires-above', { 'index.cjs': required });
  expect((await cloud.invoke('requires-above')).payload).toBe('MODULE_NOT_FOUND');
  await cloud.create('imports-above', "import 'lies-above'; export const handler = async () => 1;");
  expect((await cloud.invoke('imports-above')).payload).toMatchObject({
    errorMessage: expect.stringContaining('lies-above'),
  });
});

test.each([
  ['a callback', '(event, context, callback) => setTimeout(callback, 1, null, event.a)'],
  ['context.succeed', '(event, context) => { context.succeed(event.a); }'],
  ['a promise', 'async (event) => event.a'],
])('nodejs22.x answers by %s', async (name, handler) => {
  const functionName = `old-${name.replaceAll(/\W/g, '-')}`;
  await cloud.create(functionName, `export const handler = ${handler};`, { Runtime: 'nodejs22.x' });
  expect((await cloud.invoke(functionName, { a: 'yes' })).payload).toBe('yes');
});

test.each([
  ['Error', "async () => { throw new Error('bad'); }", 'bad'],
  ['PROVIDER_BUSY', "async () => { throw Object.assign(new Error('busy'), { name: 'PROVIDER_BUSY' }); }", 'busy'],
  ['string', "async () => { throw 'text'; }", 'text'],
  [
    'Runtime.UnhandledPromiseRejection',
    "() => { Promise.reject(new Error('lost')); return new Promise(setTimeout) }",
    'lost',
  ],
  ['Runtime.NodeJsExit', 'async () => new Promise(() => {})', 'still pending'],
  ['Runtime.CallbackHandlerDeprecated', '(event, context, callback) => callback()', 'removed support'],
  ['Runtime.MarshalError', 'async () => 1n', 'Unable to stringify'],
  ['Runtime.ExitError', 'async () => process.exit(3)', 'exit status 3'],
  ['Runtime.ExitError', "async () => process.kill(process.pid, 'SIGKILL')", 'signal: killed'],
  ['Runtime.ExitError', 'async () => { const all = []; for (;;) all.push(Array(1e6).fill(Math.random())); }', 'signal'],
  ['Function.ResponseSizeTooLarge', "async () => 'x'.repeat(6291556)", 'exceeded maximum allowed payload size'],
  ['Runtime.HandlerNotFound', 'undefined', 'index.handler is undefined or not exported'],
  ['Runtime.ImportModuleError', "undefined; import 'nothing'", "Cannot find package 'nothing'"],
  ['Runtime.UserCodeSyntaxError', '(', 'Unexpected'],
])('%s is how `%s` fails', async (errorType, handler, message) => {
  const name = `fails-${handler.replaceAll(/\W+/g, '-').slice(0, 40)}`;
  await cloud.create(name, `export const handler = ${handler};`, { MemorySize: 256, Timeout: 60 });
  const { payload, error } = await cloud.invoke(name);
  expect(error).toBe('Unhandled');
  expect(payload).toMatchObject({ errorType, errorMessage: expect.stringContaining(message) });
});

test('a thrown error carries its trace, and the next invocation finds the environment warm', async () => {
  await cloud.create(
    'throws',
    'export const handler = async (event) => { if (event.fail) throw new TypeError("no"); return process.pid; };',
  );
  const before = (await cloud.invoke('throws', {})).payload;
  const { payload } = (await cloud.invoke('throws', { fail: true })) as { payload: { trace: string[] } };
  expect(payload.trace[0]).toBe('TypeError: no');
  expect((await cloud.invoke('throws', {})).payload).toBe(before);
});

test('a time-out ends the process, and what it started', async () => {
  const code = `import { spawn } from 'node:child_process';
    export const handler = async () => {
      console.log('child', spawn('sleep', ['1000']).pid);
      for (;;);
    };`;
  await cloud.create('slow', code, { Timeout: 1 });
  const { payload, error, tail } = await cloud.invoke('slow');
  expect(error).toBe('Unhandled');
  expect(payload).toEqual({
    errorType: 'Sandbox.Timedout',
    errorMessage: expect.stringMatching(/^RequestId: [\w-]+ Error: Task timed out after 1.00 seconds$/),
  });
  expect(tail).toContain('Task timed out after 1.00 seconds');
  const pid = Number(/child (\d+)/.exec(tail)![1]);
  await until(() => !alive(pid));
});

test('the log has the lines of each invocation', async () => {
  await cloud.create(
    'talks',
    'export const handler = async () => { console.warn("two\\nlines", { a: 1 }); process.stdout.write("raw\\n"); };',
  );
  const { tail } = await cloud.invoke('talks');
  expect(tail.replaceAll(/[\d.]+ (?=ms|MB)/g, '# ').replaceAll(/[\w-]{36}/g, 'ID')).toMatch(
    new RegExp(
      'START RequestId: ID Version: \\$LATEST\n' +
        '\\S+Z\tID\tWARN\ttwo\nlines { a: 1 }\n' +
        'raw\n' +
        'END RequestId: ID\n' +
        'REPORT RequestId: ID\tDuration: # ms\tBilled Duration: # ms\tMemory Size: # MB\tMax Memory Used: # MB\t',
    ),
  );
  const lines = await until(() => {
    const logged = cloud.logLines('/aws/lambda/talks');
    return logged.some((line) => line.startsWith('REPORT')) && logged;
  });
  expect(lines.filter((line) => line.includes('two\nlines { a: 1 }'))).toHaveLength(1);
});

test('names under .localhost are this machine', async () => {
  const server = createServer((request, response) => response.end(request.headers.host));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await cloud.create('fetches', 'export const handler = async (url) => (await fetch(url)).text();');
  const host = `d1.cloudfront.localhost:${port}`;
  expect((await cloud.invoke('fetches', `http://${host}/`)).payload).toBe(host);
  server.closeAllConnections();
  server.close();
});

test('environments are reused one after the other, and made for each that is at work at once', async () => {
  const together = Math.max(3, availableParallelism() + 1);
  const held: ServerResponse[] = [];
  const server = createServer((_, response) => {
    held.push(response);
    // One that comes later is the reuse.
    if (held.length >= together) for (const each of held) each.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await cloud.create('busy', 'export const handler = async (url) => { await fetch(url); return process.pid; };');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const pids = await Promise.all(
    Array.from({ length: together }, async () => (await cloud.invoke('busy', url)).payload),
  );
  expect(new Set(pids).size).toBe(together);
  expect(pids).toContain((await cloud.invoke('busy', url)).payload);
  server.close();
});

test('short invocations at once share as many environments as there are processors', async () => {
  const patient = await startLambdaCloud({ lambda: { patienceMilliseconds: 3_600_000 } });
  await patient.create('short', WHO);
  const pids = await Promise.all(Array.from({ length: 50 }, async () => (await patient.invoke('short')).payload));
  expect(new Set(pids).size).toBeLessThanOrEqual(availableParallelism());
  await patient.stop();
});

test('a function whose answer nobody waits for gives way, and its session with it', async () => {
  const own = (): string => (existsSync('/proc/self/autogroup') ? 'nice 10' : 'none');
  await cloud.create(
    'patient',
    `import { existsSync, readFileSync } from 'node:fs'; import { getPriority } from 'node:os';
     const session = () => /nice .*/.exec(existsSync('/proc/self/autogroup') ? readFileSync('/proc/self/autogroup', 'utf8') : '');
     export const handler = async () => [getPriority(), session()?.[0] ?? 'none'];`,
  );
  for (let given: unknown; !isDeepStrictEqual(given, [Math.min(19, getPriority() + 10), own()]); )
    given = (await cloud.invoke('patient')).payload;
});

test('invocations beyond the limit of environments wait', async () => {
  const small = await startLambdaCloud({ lambda: { maxEnvironmentsPerFunction: 2 } });
  await small.create('few', WHO);
  const pids = await Promise.all(Array.from({ length: 8 }, async () => (await small.invoke('few')).payload));
  expect(new Set(pids).size).toBeLessThanOrEqual(2);
  await small.stop();
});

test('a version that has no environment takes the place of one that is idle, at once', async () => {
  const small = await startLambdaCloud({ lambda: { maxEnvironmentsPerFunction: 1, idleMilliseconds: 3_600_000 } });
  await small.create('versions', WHO);
  const pid = (await small.invoke('versions')).payload as number;
  await small.lambda.send(new PublishVersionCommand({ FunctionName: 'versions' }));
  expect((await small.invoke('versions:1')).version).toBe('1');
  await until(() => !alive(pid));
  await small.stop();
});

test('new code takes over, and the old environment ends', async () => {
  await cloud.create('changing', WHO);
  const pid = (await cloud.invoke('changing')).payload as number;
  const ZipFile = await zipOf({ 'index.mjs': 'export const handler = async () => "new";' });
  await cloud.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'changing', ZipFile }));
  expect((await cloud.invoke('changing')).payload).toBe('new');
  await until(() => !alive(pid));
});

test('idle environments are reaped', async () => {
  const hasty = await startLambdaCloud({ lambda: { idleMilliseconds: 1 } });
  await hasty.create('idle', WHO);
  const pid = (await hasty.invoke('idle')).payload as number;
  await until(() => !alive(pid));
  await hasty.stop();
});

test('the edge runs in the Region of the visitor, and logs there', async () => {
  const edge = cloud.environment.asService('edgelambda.amazonaws.com');
  await cloud.create('edge', 'export const handler = async () => process.env.AWS_REGION;', { Publish: true });
  const move = { ...cloud.environment.asService('lambda.amazonaws.com'), region: 'us-east-1' };
  const Code = { ZipFile: await zipOf({ 'index.mjs': 'export const handler = async () => process.env.AWS_REGION;' }) };
  const input = {
    FunctionName: 'edge',
    Role: ROLE,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code,
    Publish: true,
  };
  const { FunctionArn: FunctionName } = await cloud.call<{ FunctionArn: string }>(
    'lambda',
    'CreateFunction',
    input,
    move,
  );
  const invoke = async (caller: typeof edge) => {
    const answer = await cloud.call<{ Payload: Uint8Array }>('lambda', 'Invoke', { FunctionName }, caller);
    return JSON.parse(Buffer.from(answer.Payload).toString());
  };
  expect(await invoke(move)).toBe('us-east-1');
  expect(await invoke(edge)).toBe('eu-west-1');
  await until(() => cloud.logLines('/aws/lambda/us-east-1.edge').length > 0);
});

test('stop ends all, and so does the death of the local cloud', async () => {
  const script = `
    import { startLambdaCloud } from './test/support/lambda-cloud.ts';
    const cloud = await startLambdaCloud();
    await cloud.create('idle', ${JSON.stringify(WHO)});
    await cloud.create('loops', 'export const handler = async () => { console.log(process.pid); for (;;); }', { Timeout: 900 });
    const { payload } = await cloud.invoke('idle');
    void cloud.invoke('loops').catch(() => undefined);
    let lines = [];
    while (lines.length < 2) { await new Promise((r) => setTimeout(r, 10)); lines = cloud.logLines('/aws/lambda/loops'); }
    console.log(payload, lines[1].split('\\t').at(-1));
    process.on('SIGTERM', () => cloud.stop());`;
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(child.stdout, 'data');
    const pids = String(line).trim().split(' ').map(Number);
    expect(pids.map(alive)).toEqual([true, true]);
    child.kill(signal);
    await until(() => !pids.some(alive));
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});
