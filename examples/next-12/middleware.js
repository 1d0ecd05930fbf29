import { NextResponse } from 'next/server';

/** Everything that depends on who asks: the rest of the library is the same for everybody. */
export const config = { matcher: ['/old-catalogue', '/plots', '/basket', '/members/:path*', '/api/whoami'] };

export function middleware(request) {
  const { nextUrl, cookies } = request;

  if (nextUrl.pathname === '/old-catalogue') {
    const url = nextUrl.clone();
    url.pathname = '/seeds';
    return NextResponse.redirect(url, 308);
  }

  // Each reader sees the seeds that grow where they live.
  if (nextUrl.pathname === '/plots') {
    const url = nextUrl.clone();
    url.pathname = cookies.get('light') === 'shade' ? '/plots/shade' : '/plots/sun';
    const response = NextResponse.rewrite(url);
    response.headers.set('x-plot', url.pathname);
    return response;
  }

  if (nextUrl.pathname.startsWith('/members') && !cookies.get('card')) {
    const url = nextUrl.clone();
    url.pathname = '/seeds';
    url.search = `?from=${encodeURIComponent(nextUrl.pathname)}`;
    return NextResponse.redirect(url);
  }

  const response = NextResponse.next();
  response.headers.set('x-library', 'open');
  if (!cookies.get('basket')) response.cookies.set('basket', 'empty', { path: '/', httpOnly: true });
  return response;
}
