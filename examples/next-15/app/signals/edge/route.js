export const runtime = 'edge';

export function GET(request) {
  const { searchParams } = new URL(request.url);
  return Response.json({ runtime: typeof EdgeRuntime, flag: searchParams.get('flag') }, { headers: { 'x-signal': 'lamp' } });
}

export async function POST(request) {
  return Response.json({ read: await request.text() });
}
