/**
 * Which requests S3 can answer as they are. Pure, and conservative: whatever a rule of the app could touch, under any
 * condition, is left to Next. `@next/routing` answers another question (where does this request lead, given its headers
 * and cookies), whose answer may depend on what is not in the cache key; this asks whether any rule has a say at all.
 */
import type { PrerenderedPage } from '../../domain/release.ts';
import type { Route } from '../../domain/routing.ts';
import type { Part } from '../isr/page.ts';
import { encodeKey } from '../shared/bucket.ts';
import type { Settings } from '../shared/settings.ts';
import { createOnDemandPages, pageAt, pathOfPage, uriOf } from './on-demand.ts';
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

export const hasPreviewCookie = (cookies: string) => PREVIEW_COOKIE.test(cookies);

type Rule = Route & { regex: RegExp };

const compile = (routes: Route[]): Rule[] =>
  routes.map((route) => ({ ...route, regex: new RegExp(route.sourceRegex, 'i') }));

const isConditional = ({ has, missing }: Route) => Boolean(has?.length || missing?.length);

/** What Next takes for a file, so that it has no slash at its end. */
const FILE_NAME = /\.\w+$/;

interface FileIndex {
  /** By path as sent: Next doesn't decode it to find a page. */
  pages: Map<string, StoredFile>;
  /** By decoded path. */
  publicFiles: Map<string, StoredFile>;
}

/** Every stored file by the paths, base path included, that ask for it. */
function indexFiles({ release, basePath, trailingSlash, pages, publicPaths, edge }: Settings): FileIndex {
  // With middleware, Next takes a data request for one of its page before it looks at any rule.
  const normalizesData = edge.routing.middlewareMatchers !== undefined;
  const index: FileIndex = { pages: new Map(), publicFiles: new Map() };
  const stored = (name: string) => `/releases/${release}/isr/${encodeKey(name)}`;
  for (const [key, page] of Object.entries(pages)) {
    if (page.status >= 500) continue;
    const bare = key === '/' ? basePath || '/' : `${basePath}${key}`;
    const path = trailingSlash && !bare.endsWith('/') && !FILE_NAME.test(bare) ? `${bare}/` : bare;
    if (page.html) index.pages.set(path, { uri: stored(page.html), path, page, key, part: 'html' });
    if (page.data && page.dataPath) {
      const dataPath = `${basePath}${page.dataPath}`;
      index.pages.set(dataPath, {
        uri: stored(page.data),
        path: normalizesData ? path : dataPath,
        page,
        key,
        part: 'data',
      });
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
  const { pages, publicFiles } = indexFiles(settings);
  const byUri = new Map([...pages.values(), ...publicFiles.values()].map((file) => [file.uri, file]));
  const before = compile(routing.beforeMiddleware);
  const headerRules = before.filter((rule) => rule.headers && rule.status === undefined);
  // A header rule without conditions is a matter of the path alone, so origin-response can apply it.
  const touching = [
    ...before.filter((rule) => rule.status !== undefined || isConditional(rule)),
    ...compile(routing.middlewareMatchers ?? []),
    ...compile(routing.beforeFiles.filter((rule) => !isInterception(rule))),
  ];
  const beforeDynamic = compile(routing.afterFiles);
  const dynamic = compile(routing.dynamicRoutes);
  const matches = (rules: Rule[], paths: string[]) => rules.some(({ regex }) => paths.some((path) => regex.test(path)));
  const isUntouched = (file: StoredFile, paths: string[]) =>
    !matches(touching, paths) && !(file.key && matches(dynamic, paths) && matches(beforeDynamic, paths));
  const onDemandPage = createOnDemandPages(settings);
  const isAnswerable = ({ method, path, cookies }: Asked) =>
    (method === 'GET' || method === 'HEAD') && !hasPreviewCookie(cookies) && !detectsLocale(path, settings);
  const pageFor = ({ path, host }: Asked) =>
    pages.get(path) ?? (i18n && pages.get(inLocale(path, defaultLocaleAt(host, i18n), settings.basePath)));

  return {
    find(asked) {
      const plain = decodedPath(asked.path);
      if (plain === undefined || !isAnswerable(asked)) return undefined;
      const file = publicFiles.get(plain) ?? pageFor(asked);
      const paths = localeVariants(asked.path, settings);
      return file && isUntouched(file, [...new Set([plain, ...paths, file.path])]) ? file : undefined;
    },
    findOnDemand(asked) {
      const { path, host } = asked;
      const plain = decodedPath(path);
      if (plain === undefined || !isAnswerable(asked)) return undefined;
      const found = onDemandPage(path, host);
      if (!found) return undefined;
      const paths = [...new Set([plain, ...localeVariants(path, settings)])];
      if (matches(touching, paths) || matches(beforeDynamic, paths)) return undefined;
      return { ...found, uri: uriOf(settings.release, found.key, found.part), path };
    },
    at(uri) {
      const known = byUri.get(uri);
      const page = known ? undefined : pageAt(uri, settings.release);
      return page ? { ...page, uri, path: pathOfPage(page, settings) } : known;
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
