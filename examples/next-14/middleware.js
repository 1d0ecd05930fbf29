import { NextResponse } from 'next/server';

export const config = {
  matcher: ['/grove', '/gate', '/loft/:path*', '/cellar', '/api/ledger', '/orders/:path*', { source: '/apples/(.+)', has: [{ type: 'cookie', key: 'frost' }] }],
};

/** Who comes up the lane, and in what weather. `nextUrl` knows the base path; a plain URL would have to name it. */
export function middleware(request) {
  const { nextUrl, cookies, geo } = request;
  const path = nextUrl.pathname.replace(/\/$/, '');
  const to = (pathname, search = '') => Object.assign(nextUrl.clone(), { pathname, search });
  if (path === '/gate') return NextResponse.redirect(to('/market', '?from=gate'), 307);
  if (path.startsWith('/loft')) return new NextResponse('The loft is for owls.\n', { status: 403, headers: { 'content-type': 'text/plain' } });
  if (path === '/grove') {
    const side = (geo?.country ?? request.headers.get('cloudfront-viewer-country')) === 'IE' ? 'wet' : 'dry';
    return NextResponse.rewrite(to(`/grove/${side}`, nextUrl.search), { headers: { 'x-grove': side } });
  }
  const headers = new Headers(request.headers);
  headers.set('x-mug', cookies.get('mug')?.value ?? 'clay');
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('x-wasps', 'few');
  if (!cookies.get('mug')) response.cookies.set('mug', 'clay', { path: '/', httpOnly: true });
  return response;
}
