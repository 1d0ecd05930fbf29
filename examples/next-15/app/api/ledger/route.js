import { cookies } from 'next/headers';
import { after } from 'next/server';
import { enter, entriesOf } from '../../../lib/ledger';

export async function GET(request) {
  const query = Object.fromEntries(request.nextUrl.searchParams);
  return Response.json({ query, lamp: request.headers.get('x-lamp'), entries: entriesOf(query.keeper ?? '') });
}

export async function POST(request) {
  const entry = await request.json();
  after(() => enter(entry));
  (await cookies()).set('entered', String(entry.find).slice(0, 20));
  return Response.json({ received: entry }, { status: 201 });
}

export async function PUT(request) {
  return new Response(await request.text(), { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
