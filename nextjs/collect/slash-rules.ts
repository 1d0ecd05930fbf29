/**
 * Next's own rules, for slashes at the end of a path, know no locale, but our router puts the visitor's before each path, as Next's does:
 * that of the domain, or of the app, is taken away again. The root has no other slash than its own. Pure.
 */
import { escapeRegex } from '../../domain/escape-regex.ts';
import type { Route } from '../../domain/routing.ts';
import type { NextConfig } from './app.ts';

export type I18n = NonNullable<NextConfig['i18n']>;

export interface SlashRule {
  regex: string;
  has?: Route['has'];
  /** Whether its regex matches a locale that the visitor did not name. */
  dropsLocale: boolean;
}

export const after = (regex: string, prefix: string) => regex.replace(/^\^/, () => `^${prefix}`);

export function slashRulesOf(
  { regex, has }: Pick<SlashRule, 'regex' | 'has'>,
  { defaultLocale, domains = [] }: I18n,
  basePath: string,
): SlashRule[] {
  const rootOf = (locale: string) => `${basePath}/${escapeRegex(locale)}`;
  const root = rootOf(defaultLocale);
  const roots = [root, ...domains.map((domain) => rootOf(domain.defaultLocale))].join('|');
  const given = has && { has };
  return [
    ...domains.map(({ domain, defaultLocale: own }) => ({
      regex: after(regex, rootOf(own)),
      has: [...(has ?? []), { type: 'host' as const, value: domain }],
      dropsLocale: true,
    })),
    { regex: after(regex, root), ...given, dropsLocale: true },
    { regex: after(regex, `(?!${root}(?:/|$))(?!(?:${roots})/$)`), ...given, dropsLocale: false },
  ];
}
