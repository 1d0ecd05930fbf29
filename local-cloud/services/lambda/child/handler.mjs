/** Finds and loads a handler such as `src/app.handler`, and calls it in either style. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const EXTENSIONS = ['', '.js', '.mjs', '.cjs'];
const CALLBACKS_REMOVED =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to ' +
  'modify this function to use a supported handler signature to use Node.js 24 or later. For more information see ' +
  'https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';

export function typedError(type, message, stack) {
  const error = new Error(message);
  error.name = type;
  error.stack = `${type}: ${message}${stack ? `\n${stack}` : ''}`;
  return error;
}

/** @returns {Promise<Function>} throws errors whose name is Lambda's `Runtime.*` type. */
export async function loadHandler(root, specification, runtime) {
  const match = /^(.*?)([^/.]+)\.(.+)$/.exec(specification);
  if (!match || specification.includes('..')) {
    throw typedError('Runtime.MalformedHandlerName', `Bad handler: ${specification}`);
  }
  const [, folder, file, exportPath] = match;
  const module = await load(resolve(root, folder, file), `${folder}${file}`);
  const handler = follow(module, exportPath) ?? follow(module.default, exportPath);
  if (handler === undefined) {
    throw typedError('Runtime.HandlerNotFound', `${specification} is undefined or not exported`);
  }
  if (typeof handler !== 'function') throw typedError('Runtime.HandlerNotFound', `${specification} is not a function`);
  if (handler.length >= 3 && nodeMajor(runtime) >= 24) {
    throw typedError('Runtime.CallbackHandlerDeprecated', CALLBACKS_REMOVED);
  }
  return handler;
}

export const nodeMajor = (runtime) => Number(/^nodejs(\d+)/.exec(runtime)?.[1] ?? 24);

async function load(path, name) {
  const file = EXTENSIONS.map((extension) => path + extension).find((candidate) => existsSync(candidate));
  if (!file) throw typedError('Runtime.ImportModuleError', `Error: Cannot find module '${name}'`);
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw typedError('Runtime.UserCodeSyntaxError', String(error), error.stack);
    if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') {
      throw typedError('Runtime.ImportModuleError', String(error), error.stack);
    }
    throw error;
  }
}

const follow = (module, exportPath) => exportPath.split('.').reduce((value, key) => value?.[key], module);

/** The style of nodejs22.x and before: a callback, `context.done` and its kin, or a promise. */
export function callbackStyle(handler, event, context, settle) {
  let outcome;
  const finish = (error, value) => {
    if (outcome) return;
    outcome = () => (error === undefined || error === null ? settle.succeed(value) : settle.fail(error));
    // By default Lambda answers when the event loop has run dry, as callbacks may leave work behind.
    if (context.callbackWaitsForEmptyEventLoop) settle.dry = outcome;
    else outcome();
  };
  context.done = finish;
  context.succeed = (value) => finish(undefined, value);
  context.fail = (error) => finish(error ?? 'handled');
  const returned = handler(event, context, finish);
  if (typeof returned?.then === 'function') returned.then(settle.succeed, settle.fail);
}
