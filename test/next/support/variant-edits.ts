/**
 * What becomes of an example on another version of Next.js, or with other settings: as its author would have had to change it,
 * where the version lacks what the example shows.
 */

/** What becomes of a file of the example, undefined to remove it. `read` gives any file's text as the example has it. */
export type Edit = (read: (file: string) => string, file: string) => string | undefined;

export const changed =
  (change: (text: string) => string): Edit =>
  (read, file) =>
    change(read(file));

/** Next 10.0 knows neither conditions of rules nor rewrites before and after the files. */
export const rulesOfNext10 = changed((text) =>
  text
    .replace(/^.*\bhas: \[.*\n/gm, '')
    .replace(/return \{\s*beforeFiles: \[\s*\],\s*afterFiles: \[([\s\S]*?)\],\s*fallback: .*\s*\};/, 'return [$1];'),
);

/** In Next 12.0, middleware is a page, its cookies are plain, and it is asked for everything. */
export const middlewareOfNext120 = changed((text) =>
  text.replace(/cookies\.get\('(\w+)'\)/g, 'cookies.$1').replace('response.cookies.set(', 'response.cookie('),
);

/** Nor do its rules know what must be missing. */
export const rulesOfNext120 = changed((text) => text.replace(/^.*\bmissing: \[.*\n/gm, ''));

/** From Next 13 on, a cookie is an object. */
export const middlewareOfNext13 = changed((text) => text.replace(/(cookies\.get\('\w+'\))/g, '$1?.value'));

/**
 * Next 13.4 has no permanentRedirect(), and no state of a form; and a page of the pages router that is not found is an error
 * of `next start`, beside an app router.
 */
export const pagesOfNext134: Record<string, Edit> = {
  'app/moved/page.js': changed((text) => text.replace(/permanentRedirect/g, 'redirect')),
  'pages/spares/[part].js': changed((text) =>
    text.replace('{ notFound: true }', "{ props: { part: params.part, note: 'Sold out.' } }"),
  ),
  // On the edge runtime, such a function is made during a request.
  'app/horn/last/route.js': changed((text) =>
    text
      .replace('const last = unstable_cache(', 'const last = () => unstable_cache(')
      .replace("['horn'] });", "['horn'] })();"),
  ),
  'app/jobs/gears.js': () =>
    '\'use client\';\n\nexport default function Gears() {\n  return <p id="gears">By hand</p>;\n}\n',
};

/** In Next 15.0, an image may have any quality, and `after()` is an experiment. */
export const settingsOfNext150 = changed((text) =>
  text
    .replace(/^ *qualities: .*\n/m, '')
    .replace('const config = {', 'const config = {\n  experimental: { after: true },'),
);

/** Puts settings at the beginning of an example's next.config.js. */
export const withSettings = (settings: string) =>
  changed((text) => text.replace(/(module\.exports|const config) = {/, `$&\n  ${settings},`));

/** The second locale has a domain of its own. */
export const withDomain = changed((text) =>
  text.replace(
    "defaultLocale: 'en' },",
    "defaultLocale: 'en', domains: [{ domain: 'saat.example', defaultLocale: 'de', http: true }] },",
  ),
);

/** The example of 12 on a later version. */
export const LATER_THAN_12 = { 'middleware.js': middlewareOfNext13, 'next.config.js': withDomain };
