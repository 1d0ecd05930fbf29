/**
 * The first thing that runs in a function's process: loads the handler, then answers one invocation after the other
 * over file descriptor 3 (see framing.mjs). Behaves as AWS's runtime interface client for Node.js does: log lines with
 * the request id, `Runtime.*` error types, an answer when the event loop runs dry, callbacks up to nodejs22.x.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
import { Socket } from 'node:net';
import { inspect } from 'node:util';
import { patchConsole } from './console.mjs';
import { beContext } from './context.mjs';
import { frame, frameReader } from './framing.mjs';
import { callbackStyle, loadHandler, typedError } from './handler.mjs';
import { resolveInside, resolveLocalhost, useCompileCache } from './surroundings.mjs';

const channel = new Socket({ fd: 3, readable: true, writable: true });
/** The invocation that is being answered; AWS's runtime has one at a time, and so has this. */
let current;
const settings = JSON.parse(process.env._TOWPATH_BOOTSTRAP);
delete process.env._TOWPATH_BOOTSTRAP;

const send = (header, body) => channel.write(frame(header, body));
// Killed rather than exited: handlers of 'exit' belong to a runtime that AWS would have frozen and dropped.
channel.on('close', () => process.kill(process.pid, 'SIGKILL'));
channel.on('error', () => process.kill(process.pid, 'SIGKILL'));
channel.on(
  'data',
  frameReader((header, body) => void answer(header, body)),
);

patchConsole((level, text) =>
  send({ type: 'log', line: `${new Date().toISOString()}\t${current?.requestId ?? 'undefined'}\t${level}\t${text}\n` }),
);
resolveLocalhost();
resolveInside(process.env.LAMBDA_TASK_ROOT);
const flushCompileCache = useCompileCache(settings.compileCache);

process.on('beforeExit', () => current?.dry());
process.on('uncaughtException', (error) => die('Uncaught Exception', error));
process.on('unhandledRejection', (reason) => {
  const error = typedError('Runtime.UnhandledPromiseRejection', String(reason?.message ?? reason), reason?.stack);
  die('Unhandled Promise Rejection', Object.assign(error, { reason }));
});

const loaded = loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER, settings.runtime).then(
  (handler) => {
    send({ type: 'ready' });
    return handler;
  },
  (error) => {
    const report = describe(error);
    console.error('Init Error', report.text);
    send({ type: 'init-error' }, report.body);
    return undefined;
  },
);

async function answer(invocation, payload) {
  const handler = await loaded;
  if (!handler) return;
  const settle = settler(invocation);
  current = { requestId: invocation.requestId, dry: () => settle.dry() };
  process.env._X_AMZN_TRACE_ID = invocation.traceId;
  try {
    const event = JSON.parse(payload.length === 0 ? '{}' : payload.toString());
    const context = beContext(invocation);
    // The channel must not keep the event loop alive while the handler works: an empty loop is how AWS's runtime
    // notices a promise that nobody will settle.
    channel.unref();
    if (handler.length >= 3 || !settings.promisesOnly) return callbackStyle(handler, event, context, settle);
    settle.succeed(await handler(event, context));
  } catch (error) {
    settle.fail(error);
  }
}

/** What may end an invocation; the first end counts. */
function settler({ requestId }) {
  let open = true;
  const end = (type, body) => {
    if (!open) return;
    open = false;
    channel.ref();
    send({ type, requestId, maxResidentKilobytes: process.resourceUsage().maxRSS }, body);
    current = undefined;
    flushCompileCache();
  };
  const fail = (error) => {
    const report = describe(error);
    console.error('Invoke Error', report.text);
    end('error', report.body);
  };
  const succeed = (value) => {
    try {
      end('result', Buffer.from(JSON.stringify(value === undefined ? null : value) ?? 'null'));
    } catch {
      fail(typedError('Runtime.MarshalError', 'Unable to stringify response body'));
    }
  };
  const dry = () => (settings.promisesOnly ? fail(neverSettled()) : succeed(null));
  return { succeed, fail, dry };
}

const neverSettled = () =>
  typedError(
    'Runtime.NodeJsExit',
    'The event loop is empty, and the promise that the handler returned is still pending: nothing can settle it any more',
  );

/** A thrown value as Lambda reports it: the payload of the answer and the text of the log line. */
function describe(thrown) {
  const error = thrown instanceof Error || thrown?.stack ? thrown : undefined;
  const report = error
    ? {
        errorType: String(error.name ?? 'Error'),
        errorMessage: String(error.message),
        trace: String(error.stack).split('\n'),
      }
    : { errorType: typeof thrown, errorMessage: typeof thrown === 'string' ? thrown : inspect(thrown), trace: [] };
  const { trace, ...rest } = report;
  const log = { ...rest, ...(error ? own(error) : {}), stack: trace };
  return { body: Buffer.from(JSON.stringify(report)), text: stringify(log) };
}

const own = ({ name, message, stack, ...members }) => members;

function stringify(value) {
  try {
    return JSON.stringify(value);
  } catch {
    return inspect(value);
  }
}

/** An error that nobody caught ends the runtime, with the invocation that it happened in. */
function die(title, error) {
  const report = describe(error);
  console.error(title, report.text);
  if (current) send({ type: 'error', requestId: current.requestId, fatal: true }, report.body);
  channel.end(() => process.exit(129));
}
