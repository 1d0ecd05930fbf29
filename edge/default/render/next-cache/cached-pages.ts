/** Pages that Next keeps in its cache, rendered for others than the visitor alone: the first of its kind, the next of a stale one, or on demand. */
import { encodeEntry, type Head, tagsOf } from '../../../../domain/cache-entry.ts';
import { pathOfPage } from '../../../isr/addresses.ts';
import type { Incremental } from '../../../isr/incremental.ts';
import { fileOf, type Part, type RenderedPage, type RenderedPart } from '../../../isr/page.ts';
import { isOfPath } from '../../../isr/purged-paths.ts';
import type { Settings } from '../../../shared/settings.ts';
import { during, newVisit, type Rendered, type Visit } from './visit.ts';

/** Answers a request for a page as a visitor is answered, without middleware. */
export interface PageAnswers {
  /** Undefined where no page is. */
  ask(request: Request, target: string): Promise<Response | undefined>;
  isOfPagesRouter(target: string): Promise<boolean>;
}

/** Of the answer's own, what is told of it elsewhere, or is true for one answer alone. */
const NOT_KEPT =
  /^(cache-control|date|connection|keep-alive|transfer-encoding|content-length|etag|set-cookie|x-nextjs-cache|x-powered-by)$/;
const FLIGHT = { rsc: '1' };
const SEGMENT_PREFETCH = 'next-router-segment-prefetch';

/** Parts of a rendered page, and the headers that ask for each. */
function asksOf({ value }: Rendered): Array<[Part, Record<string, string>]> {
  if (value?.kind === 'APP_ROUTE' || value?.kind === 'ROUTE') return [['body', {}]];
  // Before Next 15, of both routers; flight data is text, then.
  const isOfAppRouter = value?.kind === 'APP_PAGE' || (value?.kind === 'PAGE' && typeof value.pageData === 'string');
  if (!isOfAppRouter) {
    return [
      ['html', {}],
      ['data', { 'x-nextjs-data': '1' }],
    ];
  }
  const segments = [...(value.segmentData?.keys() ?? [])].map((path): [Part, Record<string, string>] => [
    `segment:${path}`,
    { ...FLIGHT, 'next-router-prefetch': '1', [SEGMENT_PREFETCH]: path },
  ]);
  // What is completed for each request is never the same for all; its segments are.
  return value.postponed === undefined ? [['html', {}], ['rsc', FLIGHT], ...segments] : segments;
}

function internalRequest(
  target: string,
  key: string,
  { edge: { i18n } }: Settings,
  added: Record<string, string>,
): Request {
  const locale = i18n ? (key.split('/', 2)[1] ?? '') : '';
  const language = locale ? { 'accept-language': locale, cookie: `NEXT_LOCALE=${locale}` } : {};
  return new Request(new URL(target, 'https://localhost'), {
    headers: { host: 'localhost', 'x-forwarded-proto': 'https', ...language, ...added },
  });
}

const kindOf = ({ value }: Rendered): RenderedPage['kind'] =>
  value === null ? 'not-found' : value.kind === 'REDIRECT' ? 'redirect' : 'page';

export interface CachedPages {
  /** @param isOnDemand whether the app asked for it: then data that is cached is fetched anew, too */
  renderAnew(key: string, isOnDemand?: boolean): Promise<RenderedPage | undefined>;
  /** Stores what was rendered for its first visitor. */
  storeFirst(visit: Visit, startedAt: number): Promise<void>;
}

export function createCachedPages(
  { ask, isOfPagesRouter }: PageAnswers,
  settings: Settings,
  { pages, tags, now }: Incremental,
  previewModeId: string,
): CachedPages {
  async function partOf(key: string, part: Part, headers: Record<string, string>): Promise<RenderedPart> {
    const target = pathOfPage({ key, part }, settings);
    const answer = await ask(internalRequest(target, key, settings, headers), target);
    if (!answer) throw new Error(`no page is at ${target}, where ${key} was just rendered`);
    const kept = [...answer.headers].filter(([name]) => !NOT_KEPT.test(name));
    return { status: answer.status, headers: Object.fromEntries(kept), body: Buffer.from(await answer.arrayBuffer()) };
  }

  /** Each part as Next answers it from its cache, where this render stands. */
  async function toPage(key: string, rendered: Rendered, generatedAt: number): Promise<RenderedPage> {
    const visit = newVisit({ known: new Map([[key, rendered]]) });
    const parts: RenderedPage['parts'] = {};
    const heads: Record<string, Head> = {};
    for (const [part, headers] of asksOf(rendered)) {
      const answer = await during(visit, () => partOf(key, part, headers));
      if (answer.status >= 500) throw new Error(`Next answered ${answer.status} for ${part} of ${key}, just rendered`);
      parts[part] = answer;
      heads[fileOf(key, part)] = { status: answer.status, headers: answer.headers };
    }
    const { value, cacheControl } = rendered;
    const { revalidate = false, expire } = cacheControl ?? {};
    const pageTags = tagsOf(value);
    const body = encodeEntry({ value, cacheControl, tags: pageTags, heads });
    parts.entry = { status: 200, headers: { 'content-type': 'application/json' }, body };
    const about = { key, kind: kindOf(rendered), generatedAt, revalidate, tags: pageTags, parts };
    return expire === undefined ? about : { ...about, expire };
  }

  /** The build's account names the pages of the app's own tags; of those rendered since, the table does. */
  async function note({ key, tags: named = [] }: RenderedPage): Promise<void> {
    const known = settings.pages[key]?.tags ?? [];
    const added = named.filter((tag) => !isOfPath(tag) && !known.includes(tag));
    await tags?.notePage(added, key);
  }

  async function render(key: string, isOnDemand: boolean): Promise<RenderedPage | undefined> {
    const startedAt = now();
    const visit = newVisit({ anew: key });
    const address = pathOfPage({ key, part: 'html' }, settings);
    const isOfPages = await isOfPagesRouter(address);
    // Under its own address, a page of the pages router may be answered by a fallback; its data never is.
    const target = isOfPages ? pathOfPage({ key, part: 'data' }, settings) : address;
    const passes: Record<string, string> = isOfPages ? { 'x-nextjs-data': '1' } : {};
    if (isOnDemand || isOfPages) passes['x-prerender-revalidate'] = previewModeId;
    const request = internalRequest(target, key, settings, passes);
    const answer = await during(visit, () => ask(request, target));
    if (!answer) return undefined;
    if (answer.status >= 500) throw new Error(`Next answered ${answer.status} for ${target}`);
    const rendered = visit.rendered.get(key);
    if (!rendered) return undefined;
    const page = await toPage(key, rendered, startedAt);
    await note(page);
    return page;
  }

  return {
    async renderAnew(key, isOnDemand = false) {
      // With cache components, a page with parameters is else answered by its shell.
      return (await render(key, isOnDemand)) ?? (isOnDemand ? undefined : render(key, true));
    },

    async storeFirst(visit, startedAt) {
      const store = async ([key, rendered]: [string, Rendered]) => {
        try {
          const page = await toPage(key, rendered, startedAt);
          await note(page);
          const outcome = await pages.writeNewer(page);
          console.log(JSON.stringify({ message: 'page rendered on demand', key, outcome }));
        } catch (error) {
          console.error(JSON.stringify({ message: 'page rendered on demand, not stored', key, error: String(error) }));
        }
      };
      await Promise.all([...visit.rendered].map(store));
    },
  };
}
