/** Which pages of a release are asked for, and what their answers say. Pure. */
import type { Manifest } from '../../domain/release.ts';

export interface Check {
  /** URL path, base path included. */
  path: string;
  /** Static sites: the sha256 that the body must have. A rendered site tells its release in a header instead. */
  sha256?: string;
}

export interface Answer {
  path: string;
  status: number;
  release: string | null;
  bodySha256: string;
}

const MAX_PAGES = 10;

const withSlash = (path: string, { trailingSlash }: Manifest) =>
  trailingSlash && !path.endsWith('/') && !path.includes('.') ? `${path}/` : path;

function rootPath(manifest: Manifest): string {
  return manifest.basePath === '' ? '/' : withSlash(manifest.basePath, manifest);
}

function staticChecks(manifest: Manifest): Check[] {
  const pages = Object.entries(manifest.files)
    .filter(
      ([path]) =>
        path.startsWith('public/') && path.endsWith('.html') && !/(^|\/)(404|500|_error)(\/index)?\.html$/.test(path),
    )
    .map(([path, { sha256 }]) => ({ file: path.slice('public'.length), sha256 }))
    .sort((a, b) => a.file.length - b.file.length || (a.file < b.file ? -1 : 1));
  const root = pages.find(({ file }) => file === `${manifest.basePath}/index.html`);
  const others = pages.filter((page) => page !== root).map(({ file, sha256 }) => ({ path: file, sha256 }));
  return [...(root ? [{ path: `${manifest.basePath}/`, sha256: root.sha256 }] : []), ...others].slice(0, MAX_PAGES);
}

/** The root first, then pages that the build rendered: shortest paths first, for those are what people ask for. */
export function checksOf(manifest: Manifest): Check[] {
  if (manifest.rendering === 'static') return staticChecks(manifest);
  const pages = Object.keys(manifest.pages)
    .filter((page) => page !== '/' && manifest.pages[page]?.status === 200)
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
    .map((page) => ({ path: withSlash(manifest.basePath + page, manifest) }));
  return [{ path: rootPath(manifest) }, ...pages].slice(0, MAX_PAGES);
}

/** `wrong-release`: the CDN may not be there yet. `broken`: an error of the app. `silent`: asking again would take too long. */
export type Verdict = { kind: 'wrong-release' | 'broken' | 'silent'; message: string } | undefined;

/** A new distribution's name may be unknown for a while: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/troubleshooting-distributions.html */
export function unreachable({ path }: Check, error: Error): Verdict {
  if (error.name === 'TimeoutError') return { kind: 'silent', message: `${path} does not answer in time` };
  const { code, message } = (error.cause ?? error) as NodeJS.ErrnoException;
  return { kind: 'wrong-release', message: `${path} cannot be asked for: ${code ?? message}` };
}

export function judge(check: Check, answer: Answer, release: string): Verdict {
  const { path, status } = answer;
  if (status >= 500) return { kind: 'broken', message: `${path} answers ${status}` };
  if (check.sha256 !== undefined && answer.release === null) {
    if (status === 200 && answer.bodySha256 === check.sha256) return undefined;
    return { kind: 'wrong-release', message: `${path} answers ${status} with another content than release ${release}` };
  }
  if (answer.release === release) return undefined;
  const told = answer.release === null ? 'no release at all' : `release ${answer.release}`;
  return { kind: 'wrong-release', message: `${path} answers ${status} from ${told} instead of ${release}` };
}
