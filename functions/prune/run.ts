/**
 * Every day: releases beyond their app's retention go, with their files, artifacts and function versions. The site's slot is
 * held meanwhile, so that no deployment counts on what is about to go; a push waits a moment, a busy site a day.
 */
import type { AppStore } from '../../aws/table/apps.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import type { SlotStore } from '../../aws/table/slots.ts';
import type { App } from '../../domain/app.ts';
import type { Site } from '../../domain/site.ts';
import { type Pruned, type PruneSitePorts, pruneSite } from './site.ts';

export interface PrunePorts extends PruneSitePorts {
  apps: Pick<AppStore, 'list'>;
  sites: Pick<SiteStore, 'get' | 'ofApp'>;
  slots: Pick<SlotStore, 'take'>;
  /** Gives the slot on, and starts what waits. */
  passSlot: (site: string, holder: string) => Promise<void>;
  newId: () => string;
  log: (entry: object) => void;
}

async function pruneAlone(id: string, app: App, ports: PrunePorts): Promise<Pruned | undefined> {
  const holder = ports.newId();
  if (!(await isFree(id, holder, ports))) return undefined;
  try {
    const site = await ports.sites.get(id);
    return site && (await pruneSite(site, app, ports));
  } finally {
    await ports.passSlot(id, holder);
  }
}

async function isFree(site: string, holder: string, { sites, slots }: PrunePorts): Promise<boolean> {
  const found: Site | undefined = await sites.get(site);
  return found !== undefined && found.runningDeployment === undefined && (await slots.take(site, holder)).taken;
}

/** A site that cannot be pruned does not keep the others from it. */
export async function run(ports: PrunePorts): Promise<void> {
  const failures: unknown[] = [];
  for (const app of await ports.apps.list()) {
    for (const { id } of await ports.sites.ofApp(app.id)) {
      try {
        const pruned = await pruneAlone(id, app, ports);
        ports.log({ level: 'info', message: pruned ? 'site pruned' : 'site busy', site: id, ...pruned });
      } catch (error) {
        ports.log({ level: 'error', message: 'site not pruned', site: id, error: String(error) });
        failures.push(error);
      }
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} sites could not be pruned`);
}
