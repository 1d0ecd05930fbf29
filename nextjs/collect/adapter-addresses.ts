/**
 * Next's adapter names the pages of the pages router by their files: the root is `/index` there, and a page `index/about` has one `/index`
 * more. Here each has the address that it answers. Pure.
 */
import type { BuildOutputs } from '../adapter/outputs.ts';
import { isDynamic } from './adapter-outputs.ts';

const OF_PAGES_ROUTER = /\/server\/pages\//;

function addressOf(pathname: string, basePath: string): string {
  const path = pathname.slice(basePath.length);
  if (path === '/index') return basePath || '/';
  return path.startsWith('/index/') && !isDynamic(path) ? `${basePath}${path.slice('/index'.length)}` : pathname;
}

/** What runs at the edge has its address already. */
export function withAddresses(build: BuildOutputs, basePath: string): BuildOutputs {
  const atItsAddress = <T extends { pathname: string; filePath: string; runtime?: string }>(output: T): T =>
    OF_PAGES_ROUTER.test(output.filePath) && output.runtime !== 'edge'
      ? { ...output, pathname: addressOf(output.pathname, basePath) }
      : output;
  const { pages, staticFiles } = build.outputs;
  return {
    ...build,
    outputs: { ...build.outputs, pages: pages.map(atItsAddress), staticFiles: staticFiles.map(atItsAddress) },
  };
}
