import { NextResponse } from 'next/server';

export const config = {
  matcher: [
    '/shore',
    '/gate',
    '/stores/:path*',
    '/keeper',
    '/api/ledger',
    '/letters/:path*',
    { source: '/finds/:id', has: [{ type: 'cookie', key: 'night' }] },
  ],
};

/** Who comes along the beach, and from where. */
export function middleware(request) {
  const { nextUrl, cookies } = request;
  const path = nextUrl.pathname;
  if (path === '/gate') return NextResponse.redirect(new URL(`/visit?from=gate`, request.url), 307);
  if (path.startsWith('/stores')) return new NextResponse('The stores are for keepers.\n', { status: 403, headers: { 'content-type': 'text/plain' } });
  if (path === '/shore') {
    const side = request.headers.get('cloudfront-viewer-country') === 'NO' ? 'north' : 'south';
    return NextResponse.rewrite(new URL(`/shore/${side}${nextUrl.search}`, request.url), { headers: { 'x-shore': side } });
  }
  const headers = new Headers(request.headers);
  headers.set('x-lamp', cookies.get('lamp')?.value ?? 'paraffin');
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('x-tide', 'out');
  if (!cookies.get('lamp')) response.cookies.set('lamp', 'paraffin', { path: '/', httpOnly: true });
  return response;
}
