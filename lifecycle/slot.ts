/** A site's slot goes on to who waits for it, and who holds it is started: one that never can has failed, and lets it go. */
import type { DeploymentStore } from '../aws/table/deployments.ts';
import type { SlotStore } from '../aws/table/slots.ts';
import type { DeploymentRecord } from '../domain/deployment.ts';
import { TowpathError } from '../domain/errors.ts';
import { type StartPorts, start } from './start.ts';
import { advanceAndTell, type TellPorts } from './tell.ts';

export interface SlotPorts extends StartPorts, TellPorts {
  deployments: Pick<DeploymentStore, 'get' | 'advance'>;
  slots: Pick<SlotStore, 'release'>;
  now: () => Date;
  log: (entry: object) => void;
}

function fail({ id }: DeploymentRecord, { code, message, remedy }: TowpathError, ports: SlotPorts): Promise<void> {
  const finishedAt = ports.now().toISOString();
  return advanceAndTell(id, { status: 'failed', finishedAt, error: { code, message, remedy } }, ports);
}

/** Starts who holds the slot. @returns why it never can be, such as a release that is gone meanwhile */
export async function startHolder(record: DeploymentRecord, ports: SlotPorts): Promise<TowpathError | undefined> {
  try {
    await start(record, ports);
    ports.log({ level: 'info', message: 'deployment started', deployment: record.id, site: record.site });
    return undefined;
  } catch (error) {
    if (!(error instanceof TowpathError) || error.retryable) throw error;
    ports.log({ level: 'warn', message: 'deployment not started', deployment: record.id, code: error.code });
    await fail(record, error, ports);
    await passSlot(record.site, record.id, ports);
    return error;
  }
}

/** Gives the slot on, and starts whoever holds it now: starting one that runs already changes nothing. */
export async function passSlot(site: string, id: string, ports: SlotPorts): Promise<void> {
  const { running } = await ports.slots.release(site, id);
  const next = running && running !== id ? await ports.deployments.get(running) : undefined;
  if (next?.status === 'queued') await startHolder(next, ports);
}
