import { cookies } from 'next/headers';

export async function GET(request) {
  return Response.json({ query: Object.fromEntries(request.nextUrl.searchParams), mug: request.headers.get('x-mug'), path: request.nextUrl.pathname });
}

export async function POST(request) {
  const sale = await request.json();
  cookies().set('sold', String(sale.apple).slice(0, 20));
  return Response.json({ received: sale }, { status: 201 });
}

export async function PUT(request) {
  return new Response(await request.text(), { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
