/** Request headers that Next, the CDN or the edge function say to each other. From a visitor they must mean nothing. */

type Headers = Record<string, string>;

/** Next's own, which a function may meet without a viewer function before it: `INTERNAL_HEADERS` in its server-ipc/utils. */
export const ONLY_NEXT_SAYS: Headers = {
  'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware',
  'x-middleware-subrequest-id': '1',
  'x-middleware-rewrite': '/nowhere/at/all',
  'x-middleware-redirect': '/nowhere/at/all',
  'x-middleware-set-cookie': 'guest=1',
  'x-middleware-override-headers': 'cookie',
  'x-middleware-skip': '1',
  'x-middleware-next': '1',
  'x-matched-path': '/nowhere/at/all',
  'x-invoke-path': '/nowhere/at/all',
  'x-invoke-status': '500',
  'x-invoke-query': '%7B%22admin%22%3A1%7D',
  'x-invoke-output': '/nowhere/at/all',
  'x-invoke-error': '{}',
  'x-now-route-matches': '1=nowhere',
  'x-prerender-revalidate': 'guess',
  'x-prerender-revalidate-if-generated': '1',
  'next-resume': '1',
  'x-next-resume-state-length': '2',
  'x-next-revalidated-tags': '_N_T_/layout',
};

/** Those, and what the viewer function sees to. */
export const POISON: Headers = {
  ...ONLY_NEXT_SAYS,
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'gopher',
  'x-middleware-prefetch': '1',
  'x-middleware-invoke': '1',
  'x-towpath-key': 'plain',
  'x-towpath-release': 'another',
  'x-nextjs-rewrite': '/nowhere/at/all',
  'x-original-url': '/nowhere/at/all',
  'x-rewrite-url': '/nowhere/at/all',
};
