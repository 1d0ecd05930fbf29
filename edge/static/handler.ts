/** The files of a static site that has rules: the same addresses as the viewer function of one that has none. */
import type { CloudFrontRequest, CloudFrontResultResponse } from 'aws-lambda';
import { CACHE_CONTROL_OF_PUBLIC_FILE, NOT_STORED } from '../default/cache-control.ts';
import type { EdgeAnswer, EdgeEvent } from '../default/handler.ts';
import { encodeKey } from '../shared/bucket.ts';
import { headersFromBucket } from '../shared/headers.ts';
import type { Settings } from '../shared/settings.ts';
import { fileInBucket, toBucket } from '../shared/spill.ts';

type StaticSettings = Pick<Settings, 'release' | 'basePath' | 'publicPaths'>;

const NOT_FOUND: CloudFrontResultResponse = {
  status: '404',
  statusDescription: 'Not Found',
  headers: {
    'content-type': [{ key: 'content-type', value: 'text/plain; charset=utf-8' }],
    'cache-control': [{ key: 'cache-control', value: NOT_STORED }],
  },
  body: 'Not found\n',
};

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

export function createStaticSite({ release, basePath, publicPaths }: StaticSettings) {
  const files = new Set(publicPaths);
  const uriOf = (file: string) => `/releases/${release}/public${encodeKey(file)}`;

  /** `/about` is the file about.html or about/index.html, whichever there is. */
  function find(path: string): string | undefined {
    const candidates = path.endsWith('/') ? [`${path}index.html`] : [path, `${path}.html`, `${path}/index.html`];
    return candidates.find((file) => files.has(file));
  }

  return {
    async handler(event: EdgeEvent): Promise<EdgeAnswer> {
      const cf = event.Records[0]?.cf;
      if (!cf) throw new Error('The event holds no CloudFront record.');
      if (!('response' in cf)) {
        const file = find(decodedPath(cf.request.uri));
        return file === undefined ? NOT_FOUND : fileInBucket(cf.request, uriOf(file));
      }
      const isShared = !cf.request.uri.startsWith('/releases/');
      if (isShared) return cf.response;
      const cacheControl = Number(cf.response.status) >= 400 ? NOT_STORED : CACHE_CONTROL_OF_PUBLIC_FILE;
      const headers = headersFromBucket(cf.response.headers, { 'cache-control': cacheControl });
      return { ...cf.response, headers };
    },

    /** The site's own page for what is not there. */
    notFound(request: CloudFrontRequest): CloudFrontRequest | undefined {
      const page = [`${basePath}/404.html`, '/404.html'].find((file) => files.has(file));
      return page === undefined ? undefined : toBucket(request, uriOf(page));
    },
  };
}
