/** Extra names for the pages of a static site, so that edge/viewer/static.js finds them by a rule. Pure. */

/** What the viewer function takes for a file, not for a page. */
const LOOKS_LIKE_FILE = /\.([a-z][a-z0-9]{0,10}|3ds|3gp|7z)$/i;

/**
 * `next export` writes `/about` as about.html or, with trailingSlash, as about/index.html, and each is asked for with and
 * without the slash. A page whose address ends like a file's (`/next.js`) needs a file of just that name.
 *
 * @param files paths in the exported folder
 * @returns pairs of a missing path and the file whose content it has
 */
export function cleanUrlAliases(files: string[]): Array<[alias: string, source: string]> {
  const existing = new Set(files);
  const aliases = new Map<string, string>();
  const add = (alias: string, source: string) => {
    if (!existing.has(alias) && !aliases.has(alias)) aliases.set(alias, source);
  };
  for (const file of files) {
    if (!file.endsWith('.html') || file === 'index.html' || file === '404.html') continue;
    const page = file.replace(/(\/index)?\.html$/, '');
    const isFolder = file.endsWith('/index.html');
    if (isFolder) add(`${page}.html`, file);
    else if (LOOKS_LIKE_FILE.test(page.slice(page.lastIndexOf('/') + 1))) add(page, file);
    else if (!existing.has(page)) add(`${page}/index.html`, file);
  }
  return [...aliases];
}
