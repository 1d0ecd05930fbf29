import { NextResponse } from 'next/server';

export const config = { matcher: ['/door', '/log', '/api/:path*'] };

/** The door leads to the log, in the visitor's own language; the log knows who keeps it. */
export function middleware({ nextUrl, cookies }) {
  if (nextUrl.pathname === '/door') {
    const log = nextUrl.clone();
    log.pathname = '/log';
    return NextResponse.redirect(log);
  }
  const response = NextResponse.next();
  response.headers.set('x-locale', nextUrl.locale);
  response.headers.set('x-keeper', cookies.get('keeper')?.value ?? 'nobody');
  return response;
}
