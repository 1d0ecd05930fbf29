/**
 * Which requests S3 can answer as they are. Pure, and conservative: whatever a rule of the app could touch, under any
 * condition, is left to Next. `@next/routing` answers another question (where does this request lead, given its headers
 * and cookies), whose answer may depend on what is not in the cache key; this asks whether any rule has a say at all.
 */
import type { PrerenderedPage } from '../../domain/release.ts';
import type { Route } from '../../domain/routing.ts';
import { withSlash } from '../../domain/trailing-slash.ts';
import { pathOfPage } from '../isr/addresses.ts';
import type { Part } from '../isr/page.ts';
import { encodeKey } from '../shared/bucket.ts';
import type { Settings } from '../shared/settings.ts';
import { createOnDemandPages, pageAt, uriOf } from './on-demand.ts';
import { decodedPath, defaultLocaleAt, inLocale, localeVariants } from './paths.ts';
import { isInterception } from './visitor-check.ts';

export interface StoredFile {
  /** Path below the site bucket's root, encoded, with a leading slash. */
  uri: string;
  /** Of the page or file, as visitors ask for it, and as the app's rules see it. */
  path: string;
  /** The build's own account of a page; what the object itself says is newer. */
  page?: PrerenderedPage;
  /** Of a page: its name in the bucket, and which part of it the file is. */
  key?: string;
  part?: Part;
}

/** What is in the cache key of a request, and the cookies, which are not. */
export interface Asked {
  method: string;
  path: string;
  /** As visited. */
  host: string;
  cookies: string;
  /** `html`, unless the app router's client asks for flight data of that address. */
  part: Part;
  /** Whether the client says which page it comes from: an intercepting route may show another one then. */
  tellsOrigin?: boolean;
}

export interface FastPath {
  /** The file that answers a GET or HEAD, or undefined if Next has to. */
  find(asked: Asked): StoredFile | undefined;
  /** The file that answers it if the bucket has it: a page that was rendered when it was first asked for. */
  findOnDemand(asked: Asked): StoredFile | undefined;
  /** The file behind a rewritten URI. */
  at(uri: string): StoredFile | undefined;
  /** Custom headers of next.config.js for a path that the fast path answers. */
  headersFor(path: string): Record<string, string>;
}

const PREVIEW_COOKIE = /(^|;\s*)(__prerender_bypass|__next_preview_data)=/;

/** The app router's client asks by headers, at the address of the page. Undefined: as only Next understands. */
export function partAsked(header: (name: string) => string | undefined): Part | undefined {
  const [rsc, prefetch, segment] = ['rsc', 'next-router-prefetch', 'next-router-segment-prefetch'].map(header);
  if (rsc === undefined) return 'html';
  if (rsc !== '1' || (prefetch !== undefined && prefetch !== '1')) return undefined;
  return prefetch && segment ? `segment:${segment}` : 'rsc';
}

export const hasPreviewCookie = (cookies: string) => PREVIEW_COOKIE.test(cookies);

type Rule = Route & { regex: RegExp };

const compile = (routes: Route[]): Rule[] =>
  routes.map((route) => ({ ...route, regex: new RegExp(route.sourceRegex, 'i') }));

const isConditional = ({ has, missing }: Route) => Boolean(has?.length || missing?.length);

/** A page at its address. */
interface PageAt {
  key: string;
  path: string;
  page: PrerenderedPage;
}

interface FileIndex {
  /** By path as sent: Next doesn't decode it to find a page. */
  pages: Map<string, PageAt>;
  data: Map<string, StoredFile>;
  /** By decoded path. */
  publicFiles: Map<string, StoredFile>;
}

const uriOfFile = (release: string, file: string) => `/releases/${release}/isr/${encodeKey(file)}`;

/** Undefined where the build made no such part, or none that is the same for all. */
function partOf({ key, path, page }: PageAt, part: Part, release: string): StoredFile | undefined {
  const about = { path, page, key };
  if (part === 'html') {
    const isBody = page.html?.endsWith('.body');
    return page.html ? { ...about, part: isBody ? 'body' : part, uri: uriOfFile(release, page.html) } : undefined;
  }
  const isThere = part === 'rsc' ? page.rsc : page.segments?.includes(part.replace(/^segment:/, ''));
  return isThere ? { ...about, part, uri: uriOf(release, key, part) } : undefined;
}

/** Every stored file by the paths, base path included, that ask for it. */
function indexFiles({ release, basePath, trailingSlash, pages, publicPaths, edge }: Settings): FileIndex {
  // With middleware, Next takes a data request for one of its page before it looks at any rule.
  const normalizesData = edge.routing.middlewareMatchers !== undefined;
  const index: FileIndex = { pages: new Map(), data: new Map(), publicFiles: new Map() };
  for (const [key, page] of Object.entries(pages)) {
    if (page.status >= 500) continue;
    const bare = key === '/' ? basePath || '/' : `${basePath}${key}`;
    const path = withSlash(bare, trailingSlash);
    index.pages.set(path, { key, path, page });
    if (page.data && page.dataPath) {
      const dataPath = `${basePath}${page.dataPath}`;
      const ofRules = normalizesData ? path : dataPath;
      index.data.set(dataPath, { uri: uriOfFile(release, page.data), path: ofRules, page, key, part: 'data' });
    }
  }
  for (const path of publicPaths) {
    index.publicFiles.set(path, { uri: `/releases/${release}/public${encodeKey(path)}`, path });
  }
  return index;
}

/** `/` itself may lead to another locale, or another domain. */
function detectsLocale(path: string, { basePath, edge: { i18n } }: Settings): boolean {
  const rest = path.slice(basePath.length);
  return i18n !== undefined && i18n.localeDetection !== false && (rest === '' || rest === '/');
}

export function createFastPath(settings: Settings): FastPath {
  const { routing, i18n } = settings.edge;
  const { release } = settings;
  const { pages, data, publicFiles } = indexFiles(settings);
  const addressed = [...pages.values()].flatMap((page) => partOf(page, 'html', release) ?? []);
  const byUri = new Map([...addressed, ...data.values(), ...publicFiles.values()].map((file) => [file.uri, file]));
  const before = compile(routing.beforeMiddleware);
  const headerRules = before.filter((rule) => rule.headers && rule.status === undefined);
  // A header rule without conditions is a matter of the path alone, so origin-response can apply it.
  const touching = [
    ...before.filter((rule) => rule.status !== undefined || isConditional(rule)),
    ...compile(routing.middlewareMatchers ?? []),
    ...compile(routing.beforeFiles.filter((rule) => !isInterception(rule))),
  ];
  const intercepting = compile(routing.beforeFiles.filter(isInterception));
  const beforeDynamic = compile(routing.afterFiles);
  const dynamic = compile(routing.dynamicRoutes);
  const matches = (rules: Rule[], paths: string[]) => rules.some(({ regex }) => paths.some((path) => regex.test(path)));
  const isUntouched = (file: StoredFile, paths: string[]) =>
    !matches(touching, paths) && !(file.key && matches(dynamic, paths) && matches(beforeDynamic, paths));
  const onDemandPage = createOnDemandPages(settings);
  const isIntercepted = ({ tellsOrigin }: Asked, paths: string[]) =>
    tellsOrigin === true && matches(intercepting, paths);
  const isAnswerable = ({ method, path, cookies }: Asked) =>
    (method === 'GET' || method === 'HEAD') && !hasPreviewCookie(cookies) && !detectsLocale(path, settings);
  const pageFor = ({ path, host }: Asked) =>
    pages.get(path) ?? (i18n && pages.get(inLocale(path, defaultLocaleAt(host, i18n), settings.basePath)));

  function storedFile(plain: string, asked: Asked): StoredFile | undefined {
    const file = asked.part === 'html' ? (publicFiles.get(plain) ?? data.get(asked.path)) : undefined;
    const page = pageFor(asked);
    return file ?? (page && partOf(page, asked.part, release));
  }

  return {
    find(asked) {
      const plain = decodedPath(asked.path);
      if (plain === undefined || !isAnswerable(asked)) return undefined;
      const file = storedFile(plain, asked);
      const paths = localeVariants(asked.path, settings);
      if (!file || isIntercepted(asked, paths)) return undefined;
      return isUntouched(file, [...new Set([plain, ...paths, file.path])]) ? file : undefined;
    },
    findOnDemand(asked) {
      const { path, host } = asked;
      const plain = decodedPath(path);
      if (plain === undefined || !isAnswerable(asked)) return undefined;
      const found = onDemandPage(path, host);
      if (!found) return undefined;
      const paths = [...new Set([plain, ...localeVariants(path, settings)])];
      if (isIntercepted(asked, paths) || matches(touching, paths) || matches(beforeDynamic, paths)) return undefined;
      const part = asked.part === 'html' ? found.part : asked.part;
      return { key: found.key, part, uri: uriOf(release, found.key, part), path };
    },
    at(uri) {
      const known = byUri.get(uri);
      const found = known ? undefined : pageAt(uri, release);
      return found ? { ...found, uri, path: pathOfPage(found, settings), page: settings.pages[found.key] } : known;
    },
    headersFor(path) {
      const added: Record<string, string> = {};
      for (const { regex, headers = {} } of headerRules) {
        const groups = localeVariants(path, settings)
          .map((one) => regex.exec(one))
          .find((found) => found !== null);
        if (!groups) continue;
        for (const [name, value] of Object.entries(headers)) {
          added[name] = value.replace(/\$(\d+)/g, (_, index: string) => groups[Number(index)] ?? '');
        }
      }
      return added;
    },
  };
}
