/**
 * Text as policies write it: wildcards `*` and `?`, and variables like `${aws:PrincipalArn}`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */

/** Condition keys in lower case → what the call carries. A key may have several values. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

export type Matcher = (text: string, context: Context) => boolean;

export interface PatternOptions {
  /** `*` and `?` stand for other characters. */
  wildcards: boolean;
  /** `${…}` is replaced; policies of a Version before 2012-10-17 have none. */
  variables: boolean;
  ignoreCase?: boolean;
}

type Part = { text: string } | { variable: string; fallback: string | undefined };

const VARIABLE = /\$\{([^}]*)\}/;

/** A matcher of `pattern`. A variable without a value matches nothing. */
export function matcher(pattern: string, options: PatternOptions): Matcher {
  if (options.wildcards && pattern === '*') return () => true;
  const parts = options.variables ? partsOf(pattern) : [{ text: pattern }];
  if (!parts.some((part) => 'variable' in part)) {
    // Most of what is compared has no wildcard, and each expression costs its compilation.
    if (!options.ignoreCase && !(options.wildcards && /[*?]/.test(pattern))) return (text) => text === pattern;
    const expression = expressionOf(parts, options, {});
    return (text) => expression?.test(text) ?? false;
  }
  return (text, context) => expressionOf(parts, options, context)?.test(text) ?? false;
}

function partsOf(pattern: string): Part[] {
  return pattern.split(/(\$\{[^}]*\})/).map((text): Part => {
    const inside = VARIABLE.exec(text)?.[1];
    if (inside === undefined) return { text };
    const [, name = '', fallback] = /^\s*([^,]*?)\s*(?:,\s*'(.*)'\s*)?$/.exec(inside) ?? [];
    return { variable: name.toLowerCase(), fallback };
  });
}

function expressionOf(parts: Part[], options: PatternOptions, context: Context): RegExp | undefined {
  let source = '';
  for (const part of parts) {
    if ('text' in part) source += options.wildcards ? wild(part.text) : escaped(part.text);
    else {
      const value = textOf(part.variable, context) ?? part.fallback;
      if (value === undefined) return undefined;
      source += escaped(value);
    }
  }
  return new RegExp(`^${source}$`, options.ignoreCase ? 'is' : 's');
}

/** `${*}`, `${?}` and `${$}` are the characters themselves; a key with several values stands for none. */
function textOf(name: string, context: Context): string | undefined {
  if (name === '*' || name === '?' || name === '$') return name;
  const value = context[name];
  return typeof value === 'string' ? value : undefined;
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
const wild = (text: string) => escaped(text).replaceAll('\\*', '.*').replaceAll('\\?', '.');
