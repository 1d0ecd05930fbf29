import type { Repository } from '../domain/deployment.ts';

/**
 * A name is unique within one server, and an app's token is for no other. The embedded Git host alone has no lasting
 * address: its port may be another one after each start.
 */
export const isSameServer = (one: Repository, other: Repository) =>
  one.host === 'git' || new URL(one.url).origin === new URL(other.url).origin;
