import { after } from 'next/server';

/** What was noted once the answer had gone out. */
const noted = [];

export const dynamic = 'force-dynamic';

export function GET() {
  return Response.json({ noted });
}

export async function POST(request) {
  const { seen } = await request.json();
  after(() => noted.push(seen));
  return Response.json({ received: seen }, { status: 201 });
}
