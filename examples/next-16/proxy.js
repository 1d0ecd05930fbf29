import { NextResponse } from 'next/server';

export const config = {
  matcher: [
    '/telescope',
    '/dome',
    '/members/:path*',
    '/logbook',
    '/api/sky',
    '/classic/:path*',
    { source: '/gallery/:plate', has: [{ type: 'cookie', key: 'cloak' }] },
  ],
};

/** What depends on who comes up the hill. */
export function proxy(request) {
  const { nextUrl, cookies } = request;
  if (nextUrl.pathname === '/telescope') return NextResponse.redirect(new URL('/objects?from=telescope', request.url), 307);

  if (nextUrl.pathname === '/dome') {
    const side = cookies.get('weather')?.value === 'clear' ? 'open' : 'closed';
    return NextResponse.rewrite(new URL(`/dome/${side}${nextUrl.search}`, request.url), { headers: { 'x-dome': side } });
  }

  if (nextUrl.pathname.startsWith('/members')) return new NextResponse('Members come by the back gate.\n', { status: 403, headers: { 'content-type': 'text/plain' } });

  const headers = new Headers(request.headers);
  headers.set('x-lantern', cookies.get('lantern')?.value ?? 'red');
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('x-gate', 'open');
  if (!cookies.get('lantern')) response.cookies.set('lantern', 'red', { path: '/', httpOnly: true });
  return response;
}
