/** The smallest set of paths that may be in the CDN and differ between two releases. Pure. */
import type { Manifest } from '../../domain/release.ts';
import { withSlash } from '../../domain/trailing-slash.ts';

export interface ReleaseContent {
  manifest: Manifest;
  /** Of each function, the hash of everything in it but the release's id. */
  functionContents: Record<string, string>;
}

/** More wildcards than these are one: 15 may be in progress for a distribution, and each counts as a path to pay for. */
const MAX_WILDCARDS = 10;
const EVERYTHING = ['/*'];

/** CloudFront compares encoded paths: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html */
const encode = (path: string) => encodeURI(path);

/** A path alone leaves its variants with a query in the cache. */
const withQueries = (path: string) => [encode(path), `${encode(path)}?*`];

const sha = ({ files }: Manifest, path: string | undefined) => (path === undefined ? undefined : files[path]?.sha256);

/** Keys whose values differ, or that only one side has. */
function changedKeys<T>(before: Record<string, T>, after: Record<string, T>, same: (a: T, b: T) => boolean): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => {
    const [a, b] = [before[key], after[key]];
    return a === undefined || b === undefined || !same(a, b);
  });
}

const ofPrefix = ({ files }: Manifest, prefix: string) =>
  Object.fromEntries(Object.entries(files).filter(([path]) => path.startsWith(prefix)));

/** URL paths, base path included, of the files under public/ that changed. */
const changedFiles = (before: Manifest, after: Manifest) =>
  changedKeys(ofPrefix(before, 'public/'), ofPrefix(after, 'public/'), (a, b) => a.sha256 === b.sha256).map((path) =>
    path.slice('public'.length),
  );

/** A file of a static site is asked for by its clean URL too; the viewer function rewrites it, and both may be cached. */
function cleanUrls(path: string): string[] {
  if (!path.endsWith('.html')) return [path];
  const clean = path.replace(/(\/index)?\.html$/, '');
  return [path, clean === '' ? '/' : clean, ...(clean === '' ? [] : [`${clean}/`])];
}

function changedPages(before: Manifest, after: Manifest): string[] {
  const content = (manifest: Manifest, page: string, kind: 'html' | 'data') => {
    const file = manifest.pages[page]?.[kind];
    return sha(manifest, file && `prerendered/${file}`);
  };
  const pages = changedKeys(
    before.pages,
    after.pages,
    (a, b) => a.status === b.status && a.revalidate === b.revalidate,
  );
  const rewritten = Object.keys(after.pages).filter((page) =>
    (['html', 'data'] as const).some((kind) => content(before, page, kind) !== content(after, page, kind)),
  );
  return [...new Set([...pages, ...rewritten])];
}

const pagePaths = (page: string, manifest: Manifest): string[] => {
  const path = manifest.basePath + (page === '/' && manifest.basePath !== '' ? '' : page);
  const dataPath = manifest.pages[page]?.dataPath;
  const data = dataPath === undefined ? [] : [manifest.basePath + dataPath];
  return [withSlash(path, manifest.trailingSlash), ...data];
};

function bounded(paths: string[]): string[] {
  const unique = [...new Set(paths)].sort();
  return unique.filter((path) => path.endsWith('*')).length > MAX_WILDCARDS ? EVERYTHING : unique;
}

function renderedSitePaths(before: ReleaseContent, after: ReleaseContent): string[] {
  if (changedKeys(before.functionContents, after.functionContents, (a, b) => a === b).length > 0) return EVERYTHING;
  const files = changedFiles(before.manifest, after.manifest);
  const images = files.length > 0 ? [`${after.manifest.basePath}/_next/image*`] : [];
  const pages = changedPages(before.manifest, after.manifest).flatMap((page) => [
    ...pagePaths(page, before.manifest),
    ...pagePaths(page, after.manifest),
  ]);
  return bounded([...[...files, ...pages].flatMap(withQueries), ...images]);
}

export function changedPaths(before: ReleaseContent | undefined, after: ReleaseContent): string[] {
  // Before the first release the distribution only had errors to answer, and those are never kept.
  if (before === undefined) return [];
  const [old, now] = [before.manifest, after.manifest];
  if (old.rendering !== now.rendering || old.basePath !== now.basePath || old.trailingSlash !== now.trailingSlash) {
    return EVERYTHING;
  }
  if (now.rendering === 'ssr') return renderedSitePaths(before, after);
  // Its rules, or that it has some.
  if (changedKeys(before.functionContents, after.functionContents, (a, b) => a === b).length > 0) return EVERYTHING;
  const files = changedFiles(old, now);
  // A function is there for the sake of rules, by which a file may answer under any URL; so does the 404 page by itself.
  const hasRules = Object.keys(after.functionContents).length > 0;
  if (files.some((path) => hasRules || path.endsWith('/404.html'))) return EVERYTHING;
  return bounded(files.flatMap(cleanUrls).flatMap(withQueries));
}
