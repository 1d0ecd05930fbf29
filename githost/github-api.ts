/** Where GitHub's API is, and what every request to it says. */
import type { Repository } from '../domain/deployment.ts';
import { bearer } from './api.ts';

/** GitHub.com has a server of its own for it, GitHub Enterprise Server a path. */
export function apiRoot(url: string): string {
  const { origin, hostname } = new URL(url);
  return hostname === 'github.com' ? 'https://api.github.com' : `${origin}/api/v3`;
}

export const apiOf = ({ name, url }: Pick<Repository, 'name' | 'url'>) => `${apiRoot(url)}/repos/${name}`;

export const apiHeaders = (token?: string): Record<string, string> => ({
  accept: 'application/vnd.github+json',
  'user-agent': 'towpath',
  'x-github-api-version': '2022-11-28',
  ...bearer(token),
});
