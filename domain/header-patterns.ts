/**
 * Which custom headers an answer gets. Pure, and shipped into functions: no zod.
 * https://docs.aws.amazon.com/amplify/latest/userguide/custom-headers.html
 */

interface HeaderRule {
  pattern: string;
  headers: { name: string; value: string }[];
}

/**
 * `**` is any text, `*` any text without a slash. Without a slash in it, a pattern is one of file names, wherever they are;
 * a `/*` at the end is everything below.
 */
export function patternToRegex(pattern: string): RegExp {
  const anywhere = !pattern.includes('/') && !pattern.startsWith('**');
  const below = pattern.replace(/(^|\/)\*$/, '$1**');
  const body = below
    .split(/(\*\*\/|\*\*|\*)/)
    .map((part) => {
      if (part === '**/') return '(?:.*/)?';
      if (part === '**') return '.*';
      return part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\/]/g, '\\$&');
    })
    .join('');
  if (anywhere) return new RegExp(`(?:^|/)${pattern === '*' ? '[^/]*' : body}$`);
  return new RegExp(`^/?${body.replace(/^\\\//, '')}$`);
}

/** The headers for a path: of rules that set the same one, the last. Names in lower case. */
export function createHeadersFor(rules: HeaderRule[]): (path: string) => Record<string, string> {
  const compiled = rules.map(({ pattern, headers }) => ({ regex: patternToRegex(pattern), headers }));
  return (path) =>
    Object.fromEntries(
      compiled
        .filter(({ regex }) => regex.test(path))
        .flatMap(({ headers }) => headers.map(({ name, value }) => [name.toLowerCase(), value])),
    );
}
