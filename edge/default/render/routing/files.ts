/** Files of public/ and of the build that a rewrite led to, or that the fast path left alone: from the site's bucket. */
import { aboutOf } from '../../../isr/page.ts';
import type { Bucket } from '../../../shared/bucket.ts';
import type { Settings } from '../../../shared/settings.ts';

export interface FileAnswers {
  has(path: string): boolean;
  answer(path: string, headers: Headers, status?: number): Promise<Response>;
}

const COPIED_HEADERS = ['content-type', 'etag', 'last-modified'];

/** @param builtFiles URL path → file under `prerendered/` */
export function createFileAnswers(builtFiles: Record<string, string>, settings: Settings, bucket: Bucket): FileAnswers {
  const { release, pages, basePath } = settings;
  const keyOf = (path: string) => {
    const built = builtFiles[path];
    return `releases/${release}/${built === undefined ? `public${decodeURIComponent(path)}` : `isr/${built}`}`;
  };
  return {
    has: (path) => Object.hasOwn(builtFiles, path),
    async answer(path, added, status) {
      const page = pages[path.slice(basePath.length) || '/'];
      const stored = await bucket.get(keyOf(path));
      if (!stored.ok) throw new Error(`S3 answered ${stored.status} for the file ${path}`);
      const headers = new Headers({ 'cache-control': 'public, max-age=0', ...aboutOf(stored.headers)?.headers });
      for (const [name, value] of added) headers.set(name, value);
      for (const name of COPIED_HEADERS) {
        const value = stored.headers.get(name);
        if (value) headers.set(name, value);
      }
      return new Response(await stored.arrayBuffer(), { status: status ?? page?.status ?? 200, headers });
    },
  };
}
