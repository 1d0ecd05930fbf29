/**
 * Which versions of Next.js each example is compared with `next start` on, beside the one in its package.json, and with which
 * other settings. Where a version lacks what its example shows, the example is changed as its author would have had to.
 */

import {
  changed,
  type Edit,
  LATER_THAN_12,
  middlewareOfNext13,
  middlewareOfNext120,
  pagesOfNext134,
  rulesOfNext10,
  rulesOfNext120,
  settingsOfNext150,
  withDomain,
  withSettings,
} from './support/variant-edits.ts';

export interface Variant {
  /** Major and minor, of which the newest patch is taken; or a version. */
  next: string;
  /** What is set otherwise. */
  settings?: string;
  /** That it needs, where the example's own will not do. */
  nodeMajor?: number;
  /** File of the example → what becomes of it. */
  edits?: Record<string, Edit>;
  /** Tests, by parts of their names, of what this version does not have. */
  lacks?: string[];
  /** Tests, by parts of their names, whose answers are not `next start`'s: docs/limits.md says each, and why. */
  differs?: string[];
  /** Of what differs in a body, what docs/limits.md says of this version. */
  normalize?: (body: string) => string;
  /** Ends of addresses that `next start` of this version answers otherwise, and how. */
  unlikeNext?: Record<string, string>;
  /** Part of the names of the only tests that are run: the others know the example's own addresses. */
  only?: string;
}

/** What TOWPATH_VARIANT says of it. */
export const nameOf = ({ next, settings }: Variant): string => (settings ? `${next}, ${settings}` : next);

/**
 * Next 13.4 renders in processes that are not told the visitor's host, each router with a React of its own: that of the app
 * writes an attribute's name otherwise.
 */
const bodiesOfNext134 = (body: string) =>
  body
    .replace(/(id="host">)[\w.]*/g, '$1HOST')
    .replace(/(id\\*":\\*"host\\*",\\*"children\\*":)(null|\\*"[\w.]*\\*")/g, '$1HOST')
    .replace(/(defer="" )noModule(="")/g, '$1nomodule$2');

/** `next start` looks for it in `.next`, whatever the app's `distDir`. */
const withoutNoteOfCompile = (body: string) => body.replaceAll('"isExperimentalCompile":false,', '');

/** What Next 13.5 and 14 write in a build and not later, and what 15 writes later alone: one site's page was revalidated. */
const sameOnceRevalidated = (body: string) => withoutNoteOfCompile(body.replaceAll(' crossorigin=""', ''));

/** On the edge runtime of 15.0, that of one render is of another form. */
const withoutIdOfRender = (body: string) => body.replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'RENDER');

/** Of Next 13.5 and 14, beside middleware. */
const IN_DEFAULT_LOCALE = 'the data of a page with parameters is the default locale’s';
const WITHOUT_RULES = 'data without a locale meets neither middleware nor rules';

const DATA_WITHOUT_LOCALE = {
  '/members/visited/twice.json': WITHOUT_RULES,
  '/seeds/visited.json': WITHOUT_RULES,
  '/basket.json': WITHOUT_RULES,
};
const NO_FILES = 'on a domain of another locale, files of public/ are not found';

const EVERY_ADDRESS = 'every address';
const BEHIND_THE_CDN = 'behind the CDN';

/** Of flight data, which 16 alone stores in parts. */
const SEGMENTS = 'segments have';

const ELSEWHERE_BUILT = "assetPrefix: 'https://cdn.example', distDir: 'made/here'";

const BELOW_LIBRARY = "basePath: '/library', trailingSlash: true";

/** Of Next 16, below a base path. */
const LOCALE_IN_MIDDLEWARE = 'middleware is told a path with its locale';

const domainsAnd =
  (settings: string): Edit =>
  (read, file) =>
    withSettings(settings)(() => withDomain(read, file) as string, file);

/** An app with an app router, at other addresses and from another folder. */
const settled = (next: string, basePath: string, file = 'next.config.mjs'): Variant => ({
  next,
  settings: 'base path, trailing slashes, asset prefix, own distDir',
  edits: { [file]: withSettings(`basePath: '${basePath}', trailingSlash: true, ${ELSEWHERE_BUILT}`) },
  normalize: withoutNoteOfCompile,
  only: BEHIND_THE_CDN,
});

export const VARIANTS: Record<string, Variant[]> = {
  'next-9': [
    {
      next: '9.3',
      edits: {
        'pages/tides.js': changed((text) => text.replace('revalidate: 60', 'unstable_revalidate: 60')),
        'pages/log/[[...when]].js': () => undefined,
        'pages/log/[...when].js': (read) => read('pages/log/[[...when]].js'),
      },
      // No .env, and no hold for storing what is rendered on demand.
      lacks: ['cookies, .env', 'fallback until'],
    },
    {
      next: '9.5',
      settings: 'below a base path',
      edits: { 'next.config.js': withSettings("basePath: '/coast'") },
      only: EVERY_ADDRESS,
    },
  ],
  'next-10': [
    {
      next: '10.0',
      edits: { 'next.config.js': rulesOfNext10 },
      // Without such rules, S3 answers these pages, and the CDN keeps them.
      lacks: [
        'a rule about a cookie',
        'custom header by a cookie',
        'the same in another locale: GET /fr/about',
        'keep /about',
        'keep /fr/about',
        'keep /inn/the-bell',
      ],
      differs: ['no image is refused in the same words'],
    },
    {
      next: '10.2',
      settings: 'no locale detection',
      edits: {
        'next.config.js': changed((text) =>
          text.replace("defaultLocale: 'en',", "defaultLocale: 'en', localeDetection: false,"),
        ),
      },
      only: EVERY_ADDRESS,
    },
  ],
  'next-11': [
    {
      next: '11.1',
      settings: 'base path, trailing slashes, asset prefix',
      edits: {
        'next.config.js': withSettings("basePath: '/cut', trailingSlash: true, assetPrefix: 'https://cdn.example'"),
      },
      only: EVERY_ADDRESS,
    },
  ],
  'next-12': [
    {
      next: '12.0',
      // Whose images need a Node.js without fetch().
      nodeMajor: 16,
      edits: {
        'middleware.js': middlewareOfNext120,
        'next.config.js': rulesOfNext120,
        'pages/_middleware.js': () => "export { middleware } from '../middleware';\n",
      },
      // It has a say about everything, so that nothing is answered by S3 or kept by the CDN; and there is no res.revalidate().
      lacks: [
        'answered by S3',
        'the CDN may keep',
        'there was something to mix',
        'res.revalidate',
        'by the query that is missing',
        'the same with it',
        'a vector is refused',
      ],
    },
    { next: '13.0', edits: { 'middleware.js': middlewareOfNext13 } },
    { next: '13.2', edits: { 'middleware.js': middlewareOfNext13 } },
    {
      next: '13.5',
      settings: 'pages router with locales and domains',
      edits: LATER_THAN_12,
      normalize: sameOnceRevalidated,
      unlikeNext: {
        '/seeds/painted-lady.json': IN_DEFAULT_LOCALE,
        '/seeds/black-krim.json': IN_DEFAULT_LOCALE,
        '/seeds/winter-purslane.json': IN_DEFAULT_LOCALE,
        '/seeds/tree-spinach.json': IN_DEFAULT_LOCALE,
        ...DATA_WITHOUT_LOCALE,
        '/packet.svg': NO_FILES,
        '/robots.txt': NO_FILES,
        '/rows.jpg': NO_FILES,
      },
    },
    {
      next: '14.2',
      settings: 'pages router with locales and domains',
      edits: LATER_THAN_12,
      differs: ['a vector is refused in the same words'],
      normalize: sameOnceRevalidated,
      unlikeNext: DATA_WITHOUT_LOCALE,
    },
    {
      next: '15.5',
      settings: 'pages router with locales and domains',
      edits: LATER_THAN_12,
      normalize: sameOnceRevalidated,
    },
    {
      next: '16.4',
      settings: 'pages router with locales and domains',
      nodeMajor: 24,
      edits: LATER_THAN_12,
      normalize: sameOnceRevalidated,
    },
    {
      next: '14.2',
      settings: 'trailing slashes, domains',
      edits: { ...LATER_THAN_12, 'next.config.js': domainsAnd('trailingSlash: true') },
      normalize: sameOnceRevalidated,
      unlikeNext: DATA_WITHOUT_LOCALE,
      only: EVERY_ADDRESS,
    },
    {
      next: '16.4',
      settings: 'trailing slashes, domains',
      nodeMajor: 24,
      edits: { ...LATER_THAN_12, 'next.config.js': domainsAnd('trailingSlash: true') },
      normalize: sameOnceRevalidated,
      only: EVERY_ADDRESS,
    },
    {
      next: '15.5',
      settings: 'base path, trailing slashes, domains',
      edits: { ...LATER_THAN_12, 'next.config.js': domainsAnd(BELOW_LIBRARY) },
      normalize: sameOnceRevalidated,
      only: EVERY_ADDRESS,
    },
    {
      next: '16.4',
      settings: 'base path, trailing slashes, domains',
      nodeMajor: 24,
      edits: { ...LATER_THAN_12, 'next.config.js': domainsAnd(BELOW_LIBRARY) },
      normalize: sameOnceRevalidated,
      unlikeNext: {
        '/de/members/visited/twice/': LOCALE_IN_MIDDLEWARE,
        '/en/members/visited/twice/': LOCALE_IN_MIDDLEWARE,
        '/members/visited/twice.json': LOCALE_IN_MIDDLEWARE,
      },
      only: EVERY_ADDRESS,
    },
    {
      next: '12.3',
      settings: 'base path, trailing slashes, domains',
      edits: { 'next.config.js': domainsAnd(BELOW_LIBRARY) },
      only: EVERY_ADDRESS,
    },
  ],
  'next-13': [
    settled('13.5', '/shop', 'next.config.js'),
    {
      next: '13.4',
      edits: pagesOfNext134,
      normalize: bodiesOfNext134,
      // An action is not asked where its form came from.
      lacks: ['from another site, it is refused'],
      differs: [
        'pages router, not found: GET /tickets/lost',
        'an action called by the client answers with flight data',
      ],
    },
  ],
  'next-14': [
    {
      next: '14.2',
      settings: 'asset prefix, own distDir',
      edits: { 'next.config.mjs': withSettings(ELSEWHERE_BUILT) },
      normalize: withoutNoteOfCompile,
      only: BEHIND_THE_CDN,
    },
    {
      next: '14.0',
      lacks: [
        // Answered with 200, so S3 has it.
        'static page that redirects',
        // Below a base path, its router finds none.
        'an intercepting route',
        // It looks at such addresses no closer than at others, and says of all that it found no image there.
        'an address without a scheme',
        'an address that is too long',
        'itself is refused',
      ],
    },
  ],
  'next-15': [
    settled('15.5', '/bay'),
    {
      next: '15.0',
      edits: {
        'next.config.mjs': settingsOfNext150,
        'app/api/ledger/route.js': changed((text) => text.replace('{ after }', '{ unstable_after as after }')),
      },
      // An oddity of its router, as in 14: see docs/limits.md.
      lacks: ['a quality that is not configured', 'error page by its own address'],
      normalize: withoutIdOfRender,
    },
    {
      next: '15.5',
      settings: 'middleware on Node.js',
      edits: { 'middleware.js': changed((text) => text.replace('config = {', "config = {\n  runtime: 'nodejs',")) },
    },
  ],
  'static-16': [
    { next: '13.5', lacks: [SEGMENTS] },
    { next: '14.2', lacks: [SEGMENTS] },
    { next: '15.5', lacks: [SEGMENTS] },
  ],
  'next-16': [
    { next: '16.0' },
    { next: '16.1' },
    { next: '16.2' },
    settled('16.4', '/hill'),
    {
      next: '16.4',
      settings: 'middleware on the edge runtime',
      edits: {
        'proxy.js': () => undefined,
        'middleware.js': (read) => read('proxy.js').replace('function proxy(', 'function middleware('),
      },
    },
  ],
};

/** Parts of the names of tests that are left out. */
export const leftOut = ({ lacks = [], differs = [] }: Variant): string[] => [...lacks, ...differs];

export function variantOf(example: string, name: string): Variant {
  const found = VARIANTS[example]?.find((one) => nameOf(one) === name);
  if (!found) throw new Error(`test/next/variants.ts has no ${name} for ${example}.`);
  return found;
}
