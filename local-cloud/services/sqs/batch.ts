/** Batches: each entry succeeds or fails by itself. */
import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { AwsError } from '../../protocol/aws-error.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_ENTRIES = 10;

export interface BatchResult<Output> {
  Successful: (Output & { Id: string })[];
  Failed: BatchResultErrorEntry[];
}

export async function runBatch<Entry extends { Id: string | undefined }, Output>(
  entries: Entry[] | undefined,
  run: (entry: Entry) => Promise<Output>,
): Promise<BatchResult<Output>> {
  const ids = (entries ?? []).map(({ Id }) => Id ?? '');
  if (!entries || entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.', 400);
  }
  if (entries.length > MAX_ENTRIES) {
    const message = `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`;
    throw new AwsError('TooManyEntriesInBatchRequest', message, 400);
  }
  if (new Set(ids).size < ids.length) {
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries have the same Id.', 400);
  }
  if (ids.some((id) => !/^[\w-]{1,80}$/.test(id))) {
    const message = 'A batch entry id can only contain alphanumeric characters, hyphens and underscores, at most 80.';
    throw new AwsError('InvalidBatchEntryId', message, 400);
  }
  const result: BatchResult<Output> = { Successful: [], Failed: [] };
  for (const [index, entry] of entries.entries()) {
    const Id = ids[index] ?? '';
    try {
      result.Successful.push({ ...(await run(entry)), Id });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      result.Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: error.status < 500 });
    }
  }
  return result;
}
