import { cookies } from 'next/headers';

export async function GET(request) {
  return Response.json({ query: Object.fromEntries(request.nextUrl.searchParams), apron: request.headers.get('x-apron'), path: request.nextUrl.pathname });
}

export async function POST(request) {
  const job = await request.json();
  cookies().set('booked', String(job.bike).slice(0, 20));
  return Response.json({ received: job }, { status: 201 });
}

export async function PUT(request) {
  return new Response(await request.text(), { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
