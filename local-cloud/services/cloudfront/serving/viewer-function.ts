/**
 * Runs a CloudFront Function.
 * Gaps: compute utilisation isn't measured (AWS stops at about a millisecond; here, at a second); `cf` has no key value
 * stores; globals of a function persist between its requests; origin changes by `cf` are refused.
 * By design: no network, timers or file system in reach, as at the edge, but this is no security boundary.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
import { createHash, createHmac } from 'node:crypto';
import querystring from 'node:querystring';
import { createContext, type Script, Script as VmScript } from 'node:vm';

const MAX_RUN_MS = 1_000;
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html#writing-functions-javascript-features-builtin-modules-crypto-20 */
const HASHES = ['md5', 'sha1', 'sha256'];

/** The function threw, or returned what CloudFront refuses: 503 or 502 to the viewer. */
export class FunctionFailure extends Error {
  readonly status: 502 | 503;
  constructor(status: 502 | 503, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

type Run = (event: string, log: (line: string) => void) => Promise<string>;
const compiled = new Map<string, Run>();
const MAX_COMPILED = 200;

/** `event` goes in and the result comes out as plain JSON values. */
export async function runViewerFunction(code: string, event: unknown, log: (line: string) => void): Promise<unknown> {
  let run = compiled.get(code);
  if (!run) {
    run = compile(code);
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    compiled.set(code, run);
  }
  const text = await run(JSON.stringify(event), log);
  return text === undefined ? undefined : JSON.parse(text);
}

function compile(code: string): Run {
  let log: (line: string) => void = () => {};
  const print = (...parts: unknown[]) => log(parts.map(String).join(' '));
  const context = createContext({
    console: { log: print, error: print, warn: print, info: print },
    Buffer,
    atob,
    btoa,
    require: builtin,
  });
  const failed = (error: unknown) =>
    new FunctionFailure(
      503,
      `The CloudFront function threw: ${error instanceof Error ? error.message : messageOf(error)}`,
      error,
    );
  let script: Script;
  try {
    script = new VmScript(
      `${importsAsRequires(code)}\n;(event) => Promise.resolve(handler(JSON.parse(event))).then((result) => JSON.stringify(result))`,
      { filename: 'viewer-function.js' },
    );
  } catch (error) {
    throw failed(error);
  }
  let handler: ((event: string) => Promise<string>) | undefined;
  // A call through a script, so that its synchronous part has a time limit too.
  const call = new VmScript('__handler(__event)');
  return async (event, newLog) => {
    log = newLog;
    let timer: NodeJS.Timeout | undefined;
    try {
      handler ??= script.runInContext(context, { timeout: MAX_RUN_MS }) as (event: string) => Promise<string>;
      Object.assign(context, { __handler: handler, __event: event });
      const result = call.runInContext(context, { timeout: MAX_RUN_MS }) as Promise<string>;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no result after ${MAX_RUN_MS} ms`)), MAX_RUN_MS);
      });
      return await Promise.race([result, late]);
    } catch (error) {
      throw failed(error);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Errors of another context are no instances of this one's Error. */
function messageOf(error: unknown): string {
  const message = (error as { message?: unknown } | null)?.message;
  return typeof message === 'string' ? message : String(error);
}

/** `import crypto from 'crypto'` → `const crypto = require('crypto')`: vm runs scripts. */
function importsAsRequires(code: string): string {
  return code
    .replace(
      /^[ \t]*import\s+(?:\*\s+as\s+)?(\w+|\{[^}]*\})\s+from\s+(['"][\w:/-]+['"]);?/gm,
      'const $1 = require($2);',
    )
    .replace(/^[ \t]*export\s+default\s+(?=(async\s+)?function\s+handler\b)/gm, '');
}

function builtin(name: string): unknown {
  if (name === 'crypto') {
    const known = (algorithm: string) => {
      if (!HASHES.includes(algorithm)) throw new Error(`crypto has ${HASHES.join(', ')}, not ${algorithm}`);
      return algorithm;
    };
    return {
      createHash: (algorithm: string) => createHash(known(algorithm)),
      createHmac: (algorithm: string, key: string | Buffer) => createHmac(known(algorithm), key),
    };
  }
  if (name === 'querystring') return querystring;
  if (name === 'buffer') return { Buffer };
  if (name === 'cloudfront') return CLOUDFRONT;
  throw new Error(`Cannot find module "${name}"`);
}

const notEmulated = (what: string) => () => {
  throw new Error(`${what} is not emulated by the local cloud`);
};
const CLOUDFRONT = {
  kvs: notEmulated('cf.kvs()'),
  updateRequestOrigin: notEmulated('cf.updateRequestOrigin()'),
  selectRequestOriginById: notEmulated('cf.selectRequestOriginById()'),
  createRequestOriginGroup: notEmulated('cf.createRequestOriginGroup()'),
};
