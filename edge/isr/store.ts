/** The pages of a release in the site's bucket. */
import { type CacheEntry, decodeEntry } from '../../domain/cache-entry.ts';
import type { PageBucket } from '../shared/bucket.ts';
import { type About, aboutOf, fileOf, objectHeaders, type Part, type RenderedPage } from './page.ts';

/** Of the pages router. */
export interface StoredPage {
  about: About;
  html: string;
  /** As sent to the browser: JSON. */
  data: string;
}

export interface StoredEntry {
  about: About;
  entry: CacheEntry;
}

export interface PageStore {
  about(key: string, part: Part): Promise<About | undefined>;
  /** Undefined when a part is missing; an error when S3 has another answer. */
  read(key: string): Promise<StoredPage | undefined>;
  /** What Next keeps of a page; undefined when there is none. */
  entry(key: string): Promise<StoredEntry | undefined>;
  /** Writes a page that nobody has written yet. */
  writeFirst(page: RenderedPage): Promise<'written' | 'kept'>;
  /** Writes a page unless one that was rendered later, or at the same time, is there. */
  writeNewer(page: RenderedPage): Promise<'written' | 'kept'>;
}

/** Writers of one page are few: its messages come one after the other, and a Region fills it once. */
const ATTEMPTS = 5;

/** What answers under the address comes last: until then, a reader sees the page of before. */
const partsOf = ({ parts }: RenderedPage) =>
  (Object.keys(parts) as Part[]).sort((a, b) => Number(a === 'html') - Number(b === 'html'));

const lost = ({ status }: Response) => status === 412 || status === 409;
const missing = ({ status }: Response) => status === 404 || status === 403;

/** Whether a render may take the place of what is stored. */
const mayReplace = (stored: About | undefined, generatedAt: number) =>
  stored === undefined || stored.generatedAt === undefined || stored.generatedAt < generatedAt;

export function createPageStore(bucket: Omit<PageBucket, 'put'>, release: string): PageStore {
  const keyOf = (page: string, part: Part) => `releases/${release}/isr/${fileOf(page, part)}`;

  async function found(answer: Response, key: string): Promise<Response | undefined> {
    if (answer.ok) return answer;
    if (missing(answer)) return undefined;
    throw new Error(`S3 answered ${answer.status} for ${key}`);
  }
  const head = async (key: string) => found(await bucket.head(key), key);
  const get = async (key: string) => found(await bucket.get(key), key);

  /** Undefined when the condition did not hold. */
  async function put(page: RenderedPage, part: Part, condition: Record<string, string>) {
    const key = keyOf(page.key, part);
    const headers = { ...objectHeaders(page, part, release), ...condition };
    const answer = await bucket.putIf(key, Buffer.from(page.parts[part]?.body ?? ''), headers);
    if (lost(answer)) return undefined;
    if (!answer.ok) throw new Error(`S3 answered ${answer.status} to PutObject ${key}: ${await answer.text()}`);
    return 'written' as const;
  }

  /**
   * The ETag is a hash of the content, so it would not tell an older copy from a newer one with the same bytes; but what
   * is between the two questions is the same page rendered by somebody else, and the queue's message group keeps them apart.
   */
  async function replace(page: RenderedPage, part: Part): Promise<'written' | 'kept'> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const there = await head(keyOf(page.key, part));
      const about = there && aboutOf(there.headers);
      if (there && !mayReplace(about, page.generatedAt)) return 'kept';
      const condition: Record<string, string> = there
        ? { 'if-match': there.headers.get('etag') ?? '*' }
        : { 'if-none-match': '*' };
      if (await put(page, part, condition)) return 'written';
    }
    throw new Error(`${page.key} is written by too many at once`);
  }

  return {
    async about(page, part) {
      const there = await head(keyOf(page, part));
      return there && aboutOf(there.headers);
    },

    async read(page) {
      const [html, data] = await Promise.all((['html', 'data'] as const).map((part) => get(keyOf(page, part))));
      const about = html && aboutOf(html.headers);
      if (!html || !data || !about) return undefined;
      return { about, html: await html.text(), data: await data.text() };
    },

    async entry(page) {
      const answer = await get(keyOf(page, 'entry'));
      const about = answer && aboutOf(answer.headers);
      if (!answer || !about) return undefined;
      const entry = decodeEntry(await answer.text());
      return { about: { ...about, tags: entry.tags }, entry };
    },

    async writeFirst(page) {
      const written = await Promise.all(partsOf(page).map((part) => put(page, part, { 'if-none-match': '*' })));
      return written.includes('written') ? 'written' : 'kept';
    },

    async writeNewer(page) {
      const parts = partsOf(page);
      const last = parts.pop();
      const results = await Promise.all(parts.map((part) => replace(page, part)));
      if (last) results.push(await replace(page, last));
      return results.includes('written') ? 'written' : 'kept';
    },
  };
}
