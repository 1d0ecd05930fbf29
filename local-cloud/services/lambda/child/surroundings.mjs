/** What a function finds around itself on Lambda, or needs because it runs beside its cloud. */
import dns from 'node:dns';
import module, { syncBuiltinESMExports } from 'node:module';

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

/**
 * Lambda's Node.js runtimes bring AWS SDK v3, so packages leave it out. What a function does not bring itself is found
 * beside this file. https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included
 */
export function resolveSdk() {
  module.registerHooks({
    resolve(specifier, context, next) {
      if (!/^@(aws-sdk|smithy)\//.test(specifier)) return next(specifier, context);
      try {
        return next(specifier, context);
      } catch (error) {
        if (!/MODULE_NOT_FOUND$/.test(error?.code)) throw error;
        return next(specifier, { ...context, parentURL: import.meta.url });
      }
    },
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
