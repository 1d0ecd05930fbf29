/** Bundles what is not a control-plane function: the edge functions, the build's collector, the viewer functions. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build, transform } from 'esbuild';
import { addSharp } from './sharp.ts';

const root = join(import.meta.dirname, '..');
/** A CloudFront Function's code: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const MAX_VIEWER_FUNCTION_BYTES = 10_240;
/** For domain/access.ts's table of 40 sites. */
const GUARD_TABLE_BYTES = 40 * 160;

const NODE_BUNDLE: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  logLevel: 'warning',
  // Bundled CommonJS packages call require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

/** Of a site's functions. */
export const EDGE_BUNDLE: BuildOptions = {
  ...NODE_BUNDLE,
  // What the bucket answers loads none of what renders, which is in files of its own.
  splitting: true,
  // @next/routing's own bundler notes the folder it is in, and never looks there.
  define: { __dirname: '"/"' },
  external: ['sharp'],
};

/** Writes build/edge/{default,static,image}, build/collector and build/viewer. */
export async function bundleShippedCode(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  await Promise.all([
    build({
      ...EDGE_BUNDLE,
      // The regeneration function is the same ZIP, entered by the other module.
      entryPoints: {
        index: join(root, 'edge/default/index.ts'),
        regeneration: join(root, 'edge/regeneration/index.ts'),
      },
      outdir: join(out, 'edge/default'),
      minifySyntax: true,
    }),
    build({
      ...EDGE_BUNDLE,
      entryPoints: { index: join(root, 'edge/static/index.ts') },
      outdir: join(out, 'edge/static'),
    }),
    build({
      ...EDGE_BUNDLE,
      entryPoints: { index: join(root, 'edge/image/index.ts') },
      outdir: join(out, 'edge/image'),
    }),
    build({
      ...NODE_BUNDLE,
      entryPoints: {
        collect: join(root, 'nextjs/collect/main.ts'),
        'use-node': join(root, 'nextjs/use-node/main.ts'),
        // Loaded by `next build` itself.
        adapter: join(root, 'nextjs/adapter/index.ts'),
      },
      outdir: join(out, 'collector'),
      // @vercel/nft brings a publisher of native packages, which asks for these only when it publishes.
      external: ['aws-sdk', 'mock-aws-s3', 'nock'],
      loader: { '.html': 'empty' },
    }),
    ...(['ssr', 'static'] as const).flatMap((kind) => [
      bundleViewerFunction(kind, 'open', out),
      bundleViewerFunction(kind, 'guard', out),
    ]),
  ]);
  await addSharp(join(out, 'edge/image'));
}

/** `ssr.txt` and `static.txt`, and with a guard at their door `ssr-guarded.txt` and `static-guarded.txt`. */
async function bundleViewerFunction(kind: 'ssr' | 'static', door: 'open' | 'guard', out: string): Promise<void> {
  const source = ['common', door, kind].map((part) => readFileSync(join(root, `edge/viewer/${part}.js`), 'utf8'));
  const { code } = await transform(source.join('\n'), {
    minifyWhitespace: true,
    target: 'es2020',
    supported: { 'template-literal': false },
  });
  const name = door === 'open' ? kind : `${kind}-guarded`;
  const limit = MAX_VIEWER_FUNCTION_BYTES - (door === 'open' ? 0 : GUARD_TABLE_BYTES);
  if (Buffer.byteLength(code) > limit)
    throw new Error(`The viewer function ${name} is ${Buffer.byteLength(code)} bytes minified; it may have ${limit}`);
  // serverless.yml reads this file as text and would take `${` for a variable of its own.
  if (code.includes('${')) throw new Error(`The viewer function ${name} may not contain "\${"`);
  mkdirSync(join(out, 'viewer'), { recursive: true });
  writeFileSync(join(out, 'viewer', `${name}.txt`), code);
}
