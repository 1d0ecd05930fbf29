import { NextResponse } from 'next/server';

export const config = {
  matcher: ['/lane', '/gate', '/attic/:path*', '/jobs', '/api/ledger', '/tickets/:path*', { source: '/bikes/(.+)', has: [{ type: 'cookie', key: 'rain' }] }],
};

/** Who rolls in, and from which end of the lane. */
export function middleware(request) {
  const { nextUrl, cookies, geo } = request;
  const path = nextUrl.pathname;
  if (path === '/gate') return NextResponse.redirect(new URL('/counter?from=gate', request.url), 307);
  if (path.startsWith('/attic')) return new NextResponse('Only the cat goes up there.\n', { status: 403, headers: { 'content-type': 'text/plain' } });
  if (path === '/lane') {
    const way = (geo?.country ?? request.headers.get('cloudfront-viewer-country')) === 'NL' ? 'downhill' : 'uphill';
    return NextResponse.rewrite(new URL(`/lane/${way}${nextUrl.search}`, request.url), { headers: { 'x-lane': way } });
  }
  const headers = new Headers(request.headers);
  headers.set('x-apron', cookies.get('apron')?.value ?? 'blue');
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('x-radio', 'on');
  if (!cookies.get('apron')) response.cookies.set('apron', 'blue', { path: '/', httpOnly: true });
  return response;
}
