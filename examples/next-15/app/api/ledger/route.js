import { cookies } from 'next/headers';
import { after } from 'next/server';
import { entries, enter } from '../../../lib/ledger';

export async function GET(request) {
  return Response.json({ query: Object.fromEntries(request.nextUrl.searchParams), lamp: request.headers.get('x-lamp'), entries: entries() });
}

export async function POST(request) {
  const entry = await request.json();
  after(() => enter(entry.find));
  (await cookies()).set('entered', String(entry.find).slice(0, 20));
  return Response.json({ received: entry }, { status: 201 });
}

export async function PUT(request) {
  return new Response(await request.text(), { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
