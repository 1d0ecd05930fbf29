import { after } from 'next/server';

/** What was noted once the answer had gone out. */
const noted = [];

export const dynamic = 'force-dynamic';

export function GET(request) {
  const by = request.nextUrl.searchParams.get('by');
  return Response.json({ noted: noted.filter((report) => report.by === by) });
}

export async function POST(request) {
  const report = await request.json();
  after(() => noted.push(report));
  return Response.json({ received: report }, { status: 201 });
}
