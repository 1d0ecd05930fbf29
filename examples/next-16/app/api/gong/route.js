import { revalidateTag, unstable_cache } from 'next/cache';

export const runtime = 'edge';

const struck = unstable_cache(async () => new Date().toISOString(), ['gong'], { tags: ['gong'] });

/** When it was struck: known to all, until it is struck again. */
export async function GET() {
  return Response.json({ struck: await struck() });
}

export async function POST() {
  revalidateTag('gong', { expire: 0 });
  return new Response(null, { status: 204 });
}
