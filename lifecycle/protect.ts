/** A site is protected by a password, or opened again: its live release is switched to once more, by the door it has now. */
import type { AccessStore } from '../aws/table/access.ts';
import type { SiteStore } from '../aws/table/sites.ts';
import { credentials, digestOf, freeGuard, type SiteAccess } from '../domain/access.ts';
import type { Begun } from './begin.ts';
import { noSuchSite, notProtected } from './errors.ts';
import { type PromotePorts, switchTo } from './promote.ts';

export interface ProtectPorts extends PromotePorts {
  sites: Pick<SiteStore, 'get' | 'nextNumber'>;
  access: Pick<AccessStore, 'get' | 'all' | 'put' | 'remove'>;
  /** Base64url text of so many random bytes. */
  random: (bytes: number) => string;
}

export interface Protected {
  site: string;
  user: string;
  /** Told once, and kept nowhere: only when it was made here. */
  password?: string;
  /** What applies it; absent for a site without a live release, whose first deployment will. */
  deployment?: string;
  status?: Begun;
}

const KEY_BYTES = 16;
const PASSWORD_BYTES = 18;

async function apply(site: string, ports: ProtectPorts): Promise<Pick<Protected, 'deployment' | 'status'>> {
  const live = (await ports.sites.get(site))?.liveRelease;
  if (live === undefined) return {};
  const { deployment, status } = await switchTo(site, live, ports);
  return { deployment, status };
}

/** @param wanted `app`: whose site it will be, if it may be protected before its first deployment */
export async function protect(
  site: string,
  wanted: { user: string; password?: string; app?: string },
  ports: ProtectPorts,
): Promise<Protected> {
  const app = wanted.app ?? (await ports.sites.get(site))?.app;
  if (app === undefined) throw noSuchSite(site);
  const { user, password = ports.random(PASSWORD_BYTES) } = wanted;
  const before = await ports.access.get(site);
  const key = ports.random(KEY_BYTES);
  const access: SiteAccess = {
    ...before,
    site,
    app,
    user,
    key,
    digest: digestOf(credentials(user, password), key),
    guard: before?.guard ?? freeGuard(await ports.access.all()),
    since: ports.now().toISOString(),
  };
  await ports.access.put(access);
  return { site, user, ...(wanted.password === undefined && { password }), ...(await apply(site, ports)) };
}

export async function unprotect(site: string, ports: ProtectPorts): Promise<Omit<Protected, 'password'>> {
  const access = await ports.access.get(site);
  if (!access) throw notProtected(site);
  await ports.access.remove(site);
  return { site, user: access.user, ...(await apply(site, ports)) };
}
