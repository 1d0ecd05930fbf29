/** Sites' own names that nothing works on: the execution never began, or ended without a word; or they wait for somebody else's DNS. */
import type { Execution, Executions } from '../../aws/executions.ts';
import type { DomainStore } from '../../aws/table/domains.ts';
import type { SiteDomains } from '../../domain/custom-domain.ts';
import { executionOf, startChange } from '../../lifecycle/domains.ts';
import { type LeadingPorts, withLeading } from '../../lifecycle/leading.ts';

export interface DomainPorts extends LeadingPorts {
  domains: Pick<DomainStore, 'all' | 'get' | 'put'>;
  executions: Pick<Executions, 'describe' | 'start' | 'arnOf'>;
  now: () => Date;
  log: (entry: object) => void;
}

/** Nothing works on it any more. */
const isSettled = ({ status }: SiteDomains) => status === 'live' || status === 'failed' || status === 'pointing';

const stopped = (site: string, { status, error }: Execution) => ({
  code: 'DOMAIN_CHANGE_STOPPED',
  message: `nothing works on the names of ${site} any more: the execution ended as ${status}${error ? ` (${error})` : ''}.`,
  remedy:
    'Ask for the domain again with "towpath domain add"; if it ends so again, the log of the function settleDomains says why.',
});

/** Names that lead to the site by now. */
async function look(found: SiteDomains, ports: DomainPorts): Promise<void> {
  const next = await withLeading(found, ports);
  if (next.told.length === found.told.length) return;
  await ports.domains.put({ ...next, updatedAt: ports.now().toISOString() }, found.revision);
}

export async function reconcileDomains(found: SiteDomains, ports: DomainPorts): Promise<void> {
  if (found.status === 'pointing') return look(found, ports);
  if (isSettled(found)) return;
  const { site, revision } = found;
  const execution = await ports.executions.describe(ports.executions.arnOf('domain', executionOf(found)));
  if (execution?.status === 'RUNNING' || execution?.status === 'PENDING_REDRIVE') return;
  ports.log({ level: 'warn', message: 'domain change reconciled', site, revision, execution: execution?.status });
  if (!execution) {
    await startChange(found, ports);
    return;
  }
  // It may have ended well since it was read; now that it has ended, only another revision changes it.
  const now = await ports.domains.get(site);
  if (!now || now.revision !== revision || isSettled(now)) return;
  const error = stopped(site, execution);
  await ports.domains.put({ ...now, status: 'failed', error, updatedAt: ports.now().toISOString() }, revision);
}
