export const runtime = 'edge';

export function GET(request) {
  const { searchParams } = new URL(request.url);
  return Response.json({ runtime: typeof EdgeRuntime, toots: searchParams.get('toots') }, { headers: { 'x-horn': 'brass' } });
}

export async function POST(request) {
  return Response.json({ read: await request.text() });
}
