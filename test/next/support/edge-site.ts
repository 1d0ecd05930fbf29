/** A release bundle behind a CDN that never caches: origin-request, S3, origin-response, and nothing between them. */
import { type ChildProcess, fork } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CloudFrontRequest, CloudFrontResultResponse } from 'aws-lambda';
import { build } from 'esbuild';
import type { Manifest } from '../../../domain/release.ts';
import { RELEASE_HEADER } from '../../../domain/release-header.ts';
import { edgeSettings } from '../../../functions/package/plan-function.ts';
import { planUploads } from '../../../functions/package/plan-uploads.ts';
import { EDGE_BUNDLE } from '../../../scripts/shipped-code.ts';
import { type FakeBucket, startFakeBucket } from './fake-bucket.ts';
import type { Answer, Ask } from './http.ts';

const BUCKET = 'site-bucket';
const RELEASE = '01RELEASE';
const ORIGIN_DOMAIN = `${BUCKET}.s3.eu-west-1.amazonaws.com`;
const source = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

const LAMBDA = source('test/next/support/lambda.mjs');

export interface EdgeSite {
  ask(ask: Ask): Promise<Answer & { servedBy: 'bucket' | 'next' }>;
  bucket: FakeBucket;
  stop(): Promise<void>;
}

function fillBucket(bundle: string, manifest: Manifest, bucket: FakeBucket): void {
  for (const { path, key, about } of planUploads(manifest, RELEASE)) {
    const metadata = Object.fromEntries(
      Object.entries(about.metadata ?? {}).map(([name, value]) => [`x-amz-meta-${name}`, value]),
    );
    bucket.objects.set(key, { body: readFileSync(join(bundle, path)), contentType: about.contentType ?? '', metadata });
  }
}

const settingsFor = (manifest: Manifest, environment: Record<string, string>) =>
  edgeSettings(
    { site: 'test-main', release: RELEASE, bucket: BUCKET, bucketRegion: 'eu-west-1', environment },
    manifest,
  );

function invoker(child: ChildProcess): (event: object) => Promise<unknown> {
  let last = 0;
  const waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  child.on('message', ({ id, answer, error }: { id: number; answer?: unknown; error?: string }) => {
    const caller = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) caller?.resolve(answer);
    else caller?.reject(new Error(error));
  });
  return (event) =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject });
      child.send({ id: last, event });
    });
}

export interface RunningFunction {
  invoke(event: object): Promise<unknown>;
  stop(): Promise<void>;
}

async function buildFunction(name: string, folder: string, settings: string): Promise<void> {
  await build({
    ...EDGE_BUNDLE,
    entryPoints: { index: source(`edge/${name}/index.ts`) },
    outdir: folder,
    logLevel: 'error',
  });
  writeFileSync(join(folder, 'towpath.json'), settings);
  if (name === 'image') symlinkSync(source('node_modules'), join(folder, 'node_modules'));
}

/** @param runner imports the function in `folder` and answers events over IPC */
export async function startFunction(folder: string, endpoint: string, runner = LAMBDA): Promise<RunningFunction> {
  const child = fork(runner, [folder], {
    execArgv: [],
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test-secret',
    },
    stdio: [
      'ignore',
      process.env.TOWPATH_TEST_LOG ? 'inherit' : 'ignore',
      process.env.TOWPATH_TEST_LOG ? 'inherit' : 'ignore',
      'ipc',
    ],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`The function's process ended with ${code}.`)));
  });
  return {
    invoke: invoker(child),
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
    },
  };
}

const eventHeaders = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), [{ key, value }]]));

export function originRequest({ method, target, headers = {}, body }: Ask): CloudFrontRequest {
  const [uri = '', querystring = ''] = target.split(/\?(.*)/s);
  const { host = 'site.example', ...rest } = headers;
  return {
    clientIp: '203.0.113.7',
    method,
    uri,
    querystring,
    headers: eventHeaders({
      ...rest,
      host: ORIGIN_DOMAIN,
      'x-forwarded-host': host,
      'cloudfront-forwarded-proto': 'http',
    }),
    ...(body
      ? {
          body: {
            action: 'read-only',
            inputTruncated: false,
            encoding: 'base64',
            data: Buffer.from(body).toString('base64'),
          },
        }
      : {}),
    origin: {
      s3: {
        domainName: ORIGIN_DOMAIN,
        path: '',
        authMethod: 'origin-access-identity',
        region: 'eu-west-1',
        customHeaders: eventHeaders({ [RELEASE_HEADER]: RELEASE }),
      },
    },
  };
}

function toAnswer(response: CloudFrontResultResponse, body: Buffer): Answer {
  const headers: Record<string, string[]> = {};
  for (const [name, values] of Object.entries(response.headers ?? {})) headers[name] = values.map(({ value }) => value);
  return { status: Number(response.status), headers, body };
}

export async function startEdgeSite(options: {
  bundle: string;
  /** An empty folder for the functions. */
  folder: string;
  environment: Record<string, string>;
}): Promise<EdgeSite> {
  const { bundle, folder, environment } = options;
  const manifest = JSON.parse(readFileSync(join(bundle, 'manifest.json'), 'utf8')) as Manifest;
  const bucket = await startFakeBucket(BUCKET);
  fillBucket(bundle, manifest, bucket);
  const settings = JSON.stringify(settingsFor(manifest, environment));
  const folderOf = (name: string) => join(folder, name);
  cpSync(join(bundle, 'functions/default'), folderOf('default'), { recursive: true, verbatimSymlinks: true });
  const functions: Record<string, RunningFunction> = {};
  // Nothing grows stale here, so nothing is rendered anew.
  for (const name of manifest.functions.filter((one) => one !== 'regeneration')) {
    await buildFunction(name, folderOf(name), settings);
    functions[name] = await startFunction(folderOf(name), bucket.endpoint);
  }
  const functionFor = (uri: string) => {
    const isImage = uri.startsWith(`${manifest.basePath}/_next/image`);
    return ((isImage && functions.image) || functions.default) as RunningFunction;
  };

  async function fromBucket(request: CloudFrontRequest, { invoke }: RunningFunction): Promise<Answer> {
    if (request.headers.host?.[0]?.value !== ORIGIN_DOMAIN) throw new Error('Host is not the bucket’s domain.');
    const found = bucket.objects.get(decodeURIComponent(request.uri.slice(1)));
    const response = {
      status: found ? '200' : '403',
      statusDescription: '',
      headers: eventHeaders(
        found ? { 'content-type': found.contentType, 'x-amz-request-id': 'FAKE', ...found.metadata } : {},
      ),
    };
    const event = { Records: [{ cf: { config: { eventType: 'origin-response' }, request, response } }] };
    const body = request.method === 'HEAD' ? Buffer.alloc(0) : (found?.body ?? Buffer.alloc(0));
    return toAnswer((await invoke(event)) as CloudFrontResultResponse, body);
  }

  return {
    bucket,
    async ask(ask) {
      const event = { Records: [{ cf: { config: { eventType: 'origin-request' }, request: originRequest(ask) } }] };
      const running = functionFor(ask.target);
      const answer = (await running.invoke(event)) as CloudFrontRequest | CloudFrontResultResponse;
      if ('uri' in answer) return { ...(await fromBucket(answer, running)), servedBy: 'bucket' };
      const generated = answer as CloudFrontResultResponse;
      const encoding = generated.bodyEncoding === 'base64' ? 'base64' : 'utf8';
      return { ...toAnswer(generated, Buffer.from(generated.body ?? '', encoding)), servedBy: 'next' };
    },
    async stop() {
      await Promise.all([...Object.values(functions).map((running) => running.stop()), bucket.stop()]);
    },
  };
}
