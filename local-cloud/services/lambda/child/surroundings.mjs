/** What a function finds around itself on Lambda, or needs because it runs beside its cloud. */
import dns from 'node:dns';
import { realpathSync } from 'node:fs';
import module, { syncBuiltinESMExports } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const isLocalhost = (name) => typeof name === 'string' && /(^|\.)localhost\.?$/i.test(name);

/**
 * Names under `.localhost` are loopback addresses and are not looked up in the DNS (RFC 6761, section 6.3), but many
 * resolvers only know `localhost` itself. Sites and HTTP APIs of the local cloud have such names.
 */
export function resolveLocalhost() {
  const { lookup } = dns;
  dns.lookup = (name, options, callback) => {
    if (!isLocalhost(name)) return lookup(name, options, callback);
    const done = callback ?? options;
    const all = typeof options === 'object' && options?.all;
    process.nextTick(() => (all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)));
  };
  const { lookup: promisedLookup } = dns.promises;
  dns.promises.lookup = async (name, options) => {
    if (!isLocalhost(name)) return promisedLookup(name, options);
    const address = { address: '127.0.0.1', family: 4 };
    return options?.all ? [address] : address;
  };
  syncBuiltinESMExports();
}

const isSdk = (specifier) => /^@(aws-sdk|smithy)\//.test(specifier);
const isMissing = (error) => /MODULE_NOT_FOUND$/.test(error?.code);

/**
 * Packages are found in the function's own ZIP and nowhere above it: on Lambda there is no checkout with node_modules
 * around /var/task, and what a ZIP lacks has to be missed here. But Lambda's Node.js runtimes bring AWS SDK v3, so what a
 * function does not bring of that is found beside this file.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included
 */
export function resolveInside(taskRoot) {
  const inside = `${pathToFileURL(realpathSync(taskRoot)).href}/`;
  module.registerHooks({
    resolve(specifier, context, next) {
      if (!context.parentURL?.startsWith(inside)) return next(specifier, context);
      try {
        const found = next(specifier, context);
        if (!found.url.startsWith('file:') || found.url.startsWith(inside)) return found;
        throw missing(specifier, context);
      } catch (error) {
        if (!isSdk(specifier) || !isMissing(error)) throw error;
        return next(specifier, { ...context, parentURL: import.meta.url });
      }
    },
  });
}

function missing(specifier, { parentURL, conditions }) {
  const from = fileURLToPath(parentURL);
  return conditions.includes('require')
    ? Object.assign(new Error(`Cannot find module '${specifier}'\nRequire stack:\n- ${from}`), {
        code: 'MODULE_NOT_FOUND',
      })
    : Object.assign(new Error(`Cannot find package '${specifier}' imported from ${from}`), {
        code: 'ERR_MODULE_NOT_FOUND',
      });
}

/** Keeps compiled code between cold starts. Returns what writes it to the folder, for it works once only. */
export function useCompileCache(folder) {
  module.enableCompileCache(folder);
  let flushed = false;
  return () => {
    if (flushed) return;
    flushed = true;
    setImmediate(() => module.flushCompileCache()).unref();
  };
}
