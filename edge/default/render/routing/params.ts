/** The parameters of a page, from the address that led to it. Pure. */

export type Params = Record<string, string | string[]>;

/** The values of `[a]`, `[...b]` and `[[...c]]` in the order of the groups of the page's regular expression. */
export function paramsOf(pathname: string, matches: Record<string, string> = {}): Params | 'malformed' | undefined {
  const names = [...pathname.matchAll(/\[(\[?)(\.\.\.)?([^\][]+)\]\]?/g)];
  if (names.length === 0) return undefined;
  const params: Params = {};
  // Next 16 has the locale before them.
  const first = matches.nextLocale === undefined ? 1 : 2;
  try {
    names.forEach(([, , isCatchAll, name = ''], index) => {
      const value = matches[String(index + first)];
      if (value === undefined) return;
      params[name] = isCatchAll ? value.split('/').map(decodeURIComponent) : decodeURIComponent(value);
    });
  } catch (error) {
    if (error instanceof URIError) return 'malformed';
    throw error;
  }
  return params;
}

/** The groups that the page's regular expression would find in an address of it. */
export function matchesOf(page: string, address: string): Record<string, string> {
  const segments = address.split('/');
  const found = page.split('/').flatMap((segment, index) => {
    if (!segment.startsWith('[')) return [];
    return [segment.includes('...') ? segments.slice(index).join('/') : (segments[index] ?? '')];
  });
  return Object.fromEntries(found.map((value, index) => [String(index + 1), value]));
}
