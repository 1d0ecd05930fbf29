/** A deployment's place in its site's sequence: what was announced later has the higher number, whatever is applied first. */
import type { SiteStore } from '../aws/table/sites.ts';
import { overtaken } from './errors.ts';

export interface NumberPorts {
  sites: Pick<SiteStore, 'nextNumber' | 'numberFor'>;
}

export interface Numbered {
  site: string;
  /** What the site is called by. */
  branch: string;
  /** Absent for what a person asks for now. */
  announcedAt?: string;
}

export async function takeNumber({ site, branch, announcedAt }: Numbered, { sites }: NumberPorts): Promise<number> {
  if (announcedAt === undefined) return sites.nextNumber(site);
  const number = await sites.numberFor(site, announcedAt);
  if (number === undefined) throw overtaken(branch);
  return number;
}
