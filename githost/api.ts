/** What several hosts' API requests share. */
import * as z from 'zod';
import type { Repository } from '../domain/deployment.ts';
import type { HostCall } from './calls.ts';
import type { HostRequest } from './types.ts';

/** Address of a self-hosted server, which may live under a path of its own: the repository's URL without its name. */
export function serverOf({ name, url }: Repository): string {
  const { origin, pathname } = new URL(url);
  const path = pathname.replace(/\/$/, '').replace(/\.git$/, '');
  return path.endsWith(`/${name}`) ? `${origin}${path.slice(0, -name.length - 1)}` : origin;
}

/** `fetch` leaves this header behind when a redirect leads to another origin, unlike the hosts' own headers for tokens. */
export const bearer = (token?: string): Record<string, string> => (token ? { authorization: `Bearer ${token}` } : {});

export const shortened = (text: string, max: number) => (text.length > max ? `${text.slice(0, max - 1)}…` : text);

/** Builds the calls of one API: a method, an address, what the good answer is, and what is sent. */
export const callBuilder =
  (headers: Record<string, string>) =>
  <Answer>(method: HostRequest['method'], url: string, answer: z.ZodType<Answer>, body?: object): HostCall<Answer> => ({
    request: {
      method,
      url,
      headers: body ? { ...headers, 'content-type': 'application/json' } : headers,
      body: body && JSON.stringify(body),
    },
    answer,
  });

/** Numbers and texts, as hosts give ids. */
export const HostId = z.union([z.string().min(1), z.number()]).transform(String);
