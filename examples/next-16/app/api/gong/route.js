import { unstable_cache } from 'next/cache';

export const runtime = 'edge';

const struck = unstable_cache(async () => new Date().toISOString(), ['gong'], { tags: ['gong'] });

/** When it was struck: once, for everybody. */
export async function GET() {
  return Response.json({ struck: await struck() });
}
