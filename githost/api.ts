/** What several hosts' API requests share. */
import type { Repository } from '../domain/deployment.ts';

/** Address of a self-hosted server, which may live under a path of its own: the repository's URL without its name. */
export function serverOf({ name, url }: Repository): string {
  const { origin, pathname } = new URL(url);
  const path = pathname.replace(/\/$/, '').replace(/\.git$/, '');
  return path.endsWith(`/${name}`) ? `${origin}${path.slice(0, -name.length - 1)}` : origin;
}

/** `fetch` leaves this header behind when a redirect leads to another origin, unlike the hosts' own headers for tokens. */
export const bearer = (token?: string): Record<string, string> => (token ? { authorization: `Bearer ${token}` } : {});

export const shortened = (text: string, max: number) => (text.length > max ? `${text.slice(0, max - 1)}…` : text);
