/** An example app built once, behind the edge functions and behind `next start`: each request is asked of both. */
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import type { Manifest } from '../../../domain/release.ts';
import { collect } from '../../../nextjs/collect/index.ts';
import { variantOf } from '../variants.ts';
import { type EdgeSite, startEdgeSite } from './edge-site.ts';
import { startElsewhere } from './elsewhere.ts';
import type { Answer, Ask } from './http.ts';
import { type BuiltApp, buildApp, startNext } from './next-app.ts';

export interface Example {
  app: BuiltApp;
  manifest: Manifest;
  /** Folder. */
  bundle: string;
  variables: Record<string, string>;
  /** Ends of addresses that `next start` of this version answers otherwise. */
  unlikeNext: string[];
  /** A body without what differs from one render to the next. */
  normalize(body: string): string;
  next: Awaited<ReturnType<typeof startNext>>;
  edge: EdgeSite;
  /** Expects equal answers, and returns the edge's. `asNext`: what `next start` is asked instead. */
  expectAlike(ask: Ask, asNext?: Ask): Promise<Awaited<ReturnType<EdgeSite['ask']>>>;
  stop(): Promise<void>;
}

export interface ExampleOptions {
  /** Folder below examples/. */
  name: string;
  nodeMajor: number;
  /** The app's environment variables. */
  variables?: Record<string, string>;
  /** The variable by which the app's build is told of another site, for its rewrites. */
  elsewhere?: string;
  /** Compared beside status, type, Location, cookies and body. */
  headers: string[];
  /** What differs in a body from one render to the next; times always do. */
  normalize?: (body: string) => string;
}

const withoutTimes = (body: string) => body.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');

/** Preview cookies are encrypted anew each time: only their names and attributes can be alike. */
const cookies = ({ headers }: Answer) =>
  (headers['set-cookie'] ?? []).map((cookie) => cookie.replace(/^(__\w+)=[^;]*/, '$1=…'));

/** Next 16 sends some headers of stored pages twice. */
const once = (values: string[] | undefined) => values && [...new Set(values)].join(', ');

/** Where middleware led a request for data. */
const OF_DATA = ['x-nextjs-redirect', 'x-nextjs-rewrite'];

export async function startExample(options: ExampleOptions): Promise<Example> {
  const { name, nodeMajor, variables = {}, headers, normalize = (body) => body } = options;
  const source = fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), `towpath-${name}-`));
  const asked = process.env.TOWPATH_VARIANT;
  const variant = asked ? variantOf(name, asked) : undefined;
  const elsewhere = options.elsewhere ? await startElsewhere() : undefined;
  const ofBuild = options.elsewhere && elsewhere ? { [options.elsewhere]: elsewhere.origin } : {};
  const app = await buildApp(source, join(folder, 'app'), variant?.nodeMajor ?? nodeMajor, variant, ofBuild);
  const bundle = join(folder, 'bundle');
  const manifest = await collect(app.folder, bundle, () => {});
  const [next, edge] = await Promise.all([
    startNext(app, variables),
    startEdgeSite({ bundle, folder: join(folder, 'functions'), environment: variables }),
  ]);

  let compared = 0;
  const ofVariant = variant?.normalize ?? ((body: string) => body);
  const comparableBody = (body: string) => ofVariant(normalize(withoutTimes(body)));
  const comparable = (answer: Answer) => ({
    status: answer.status,
    contentType: answer.headers['content-type'],
    location: once(answer.headers.location),
    cookies: cookies(answer),
    custom: Object.fromEntries([...OF_DATA, ...headers].map((header) => [header, once(answer.headers[header])])),
    body: comparableBody(answer.body.toString('latin1')),
  });
  return {
    app,
    manifest,
    bundle,
    variables,
    unlikeNext: Object.keys(variant?.unlikeNext ?? {}),
    normalize: comparableBody,
    next,
    edge,
    async expectAlike(ask, asNext = ask) {
      const [expected, answered] = await Promise.all([next.ask(asNext), edge.ask(ask)]);
      compared++;
      const what = `${ask.method} ${ask.target}`;
      expect({ [what]: comparable(answered) }).toEqual({ [what]: comparable(expected) });
      return answered;
    },
    async stop() {
      if (process.env.TOWPATH_COMPARED) await appendFile(process.env.TOWPATH_COMPARED, `${compared}\n`);
      await Promise.all([next.stop(), edge.stop(), elsewhere?.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const get = (target: string, headers?: Record<string, string>): Ask => ({ method: 'GET', target, headers });

export const cookiesOf = ({ headers }: Answer) =>
  (headers['set-cookie'] ?? []).map((value) => value.split(';')[0]).join('; ');
