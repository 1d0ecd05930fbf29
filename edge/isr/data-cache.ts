/** What an app keeps for itself (fetch, `unstable_cache`, `use cache`), in the site's bucket, apart for each release. */
import { createHash } from 'node:crypto';
import type { PageBucket } from '../shared/bucket.ts';

export interface DataCache {
  /** Undefined when there is none, or it cannot be read: then it is made anew. */
  get<Kept>(name: string): Promise<Kept | undefined>;
  /** Never throws: what is not kept is made anew. */
  set(name: string, kept: object): Promise<void>;
}

const hash = (name: string) => createHash('sha256').update(name).digest('hex');

export function createDataCache(bucket: Pick<PageBucket, 'get' | 'put'>, release: string): DataCache {
  const keyOf = (name: string) => `releases/${release}/cache/${hash(name)}`;
  const complain = (message: string, name: string) => (error: unknown) => {
    console.error(JSON.stringify({ message, name: name.slice(0, 200), error: String(error) }));
    return undefined;
  };
  return {
    async get<Kept>(name: string) {
      const read = async () => {
        const answer = await bucket.get(keyOf(name));
        if (answer.ok) return (await answer.json()) as Kept;
        if (answer.status === 404 || answer.status === 403) return undefined;
        throw new Error(`S3 answered ${answer.status}`);
      };
      return read().catch(complain('cached data not read', name));
    },
    async set(name, kept) {
      const body = Buffer.from(JSON.stringify(kept));
      await bucket.put(keyOf(name), body, 'application/json').catch(complain('cached data not kept', name));
    },
  };
}
