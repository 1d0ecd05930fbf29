/** The examples that are measured, and which of their pages. */
import type { Variant } from '../../test/next/variants.ts';

export interface BenchApp {
  example: string;
  nodeMajor: number;
  /** A page that is rendered for each request. */
  rendered: string;
  /** One that the build rendered. */
  prerendered: string;
  variant?: Variant;
  /** How soon a fresh process renders is promised from Next.js 10 on. */
  renderedPromised?: boolean;
  /** Whether OpenNext supports the version. */
  openNext?: boolean;
}

const without = (...files: string[]): Variant['edits'] =>
  Object.fromEntries(files.map((file) => [file, () => undefined]));

export const BENCH_APPS: BenchApp[] = [
  { example: 'next-9', nodeMajor: 16, rendered: '/bridge', prerendered: '/harbours', renderedPromised: false },
  { example: 'next-10', nodeMajor: 16, rendered: '/tonight', prerendered: '/inns/the-bell' },
  { example: 'next-11', nodeMajor: 16, rendered: '/today', prerendered: '/about' },
  { example: 'next-12', nodeMajor: 18, rendered: '/basket', prerendered: '/seeds' },
  { example: 'next-13', nodeMajor: 24, rendered: '/counter', prerendered: '/bikes' },
  { example: 'next-14', nodeMajor: 24, rendered: '/orchard/footpath/', prerendered: '/orchard/apples/' },
  { example: 'next-15', nodeMajor: 24, rendered: '/visit', prerendered: '/finds' },
  {
    example: 'next-16',
    nodeMajor: 24,
    rendered: '/tonight',
    prerendered: '/objects',
    openNext: true,
    variant: {
      next: '16.4',
      // OpenNext has no Node.js middleware, and wants the edge runtime in functions of its own.
      edits: without(
        'proxy.js',
        'app/comet/[name]/page.js',
        'app/api/beacon/route.js',
        'app/plaque/route.js',
        'pages/api/flare.js',
        'pages/meteor.js',
      ),
    },
  },
];
