/** Where Bitbucket Cloud's API is, and who asks it. */
import type { Repository } from '../domain/deployment.ts';
import { bearer } from './api.ts';

/** The site and its API are two servers; a stand-in has both under one address. */
export function bitbucketApiOf({ name, url }: Pick<Repository, 'name' | 'url'>): string {
  const { origin, hostname } = new URL(url);
  return `${hostname === 'bitbucket.org' ? 'https://api.bitbucket.org' : origin}/2.0/repositories/${name}`;
}

/** An Atlassian account's API token goes with its e-mail address, `address:token`; access tokens stand alone. */
export const bitbucketAuthorization = (token?: string): Record<string, string> =>
  token?.includes(':') ? { authorization: `Basic ${Buffer.from(token).toString('base64')}` } : bearer(token);
