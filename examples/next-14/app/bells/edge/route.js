export const runtime = 'edge';

export function GET(request) {
  const { searchParams } = new URL(request.url);
  return Response.json({ runtime: typeof EdgeRuntime, peal: searchParams.get('peal') }, { headers: { 'x-bell': 'tenor' } });
}

export async function POST(request) {
  return Response.json({ read: await request.text() });
}
