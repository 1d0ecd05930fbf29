/**
 * Pages that could not be rendered anew, however often that was tried: each is told to the event bus. Its stale copy stays
 * where it is, and the next visitor asks for another try, so that the message itself has done its duty then.
 */
import type { Events } from '../../aws/events.ts';
import type { QueueMessage } from '../../aws/queues.ts';
import type { DeploymentStore } from '../../aws/table/deployments.ts';
import { StalePage } from '../../domain/stale-page.ts';

export interface ReportDeadPagesPorts {
  deployments: Pick<DeploymentStore, 'get'>;
  emit: Events['emit'];
  log: (entry: object) => void;
}

function parse(body: string): StalePage | undefined {
  try {
    return StalePage.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

async function tell({ body }: QueueMessage, { deployments, emit, log }: ReportDeadPagesPorts): Promise<void> {
  const page = parse(body);
  if (!page) return log({ level: 'warn', message: 'dead letter dropped: none of ours', body: body.slice(0, 200) });
  const { release, key, generatedAt } = page;
  const deployment = await deployments.get(release);
  if (!deployment) return log({ level: 'warn', message: 'dead letter dropped: its release is gone', release, key });
  await emit('regeneration.dead-lettered', {
    deployment,
    page: key,
    generatedAt: new Date(generatedAt).toISOString(),
  });
  log({ level: 'info', message: 'dead page reported', site: deployment.site, release, key });
}

/** The messages that have to come again: of a FIFO queue, all that follow the first that failed. */
export async function run(records: QueueMessage[], ports: ReportDeadPagesPorts): Promise<QueueMessage[]> {
  for (const [index, record] of records.entries()) {
    try {
      await tell(record, ports);
    } catch (error) {
      ports.log({ level: 'error', message: 'dead page not reported', id: record.id, reason: (error as Error).message });
      return records.slice(index);
    }
  }
  return [];
}
