import { revalidateTag, unstable_cache } from 'next/cache';

export const runtime = 'edge';

const last = unstable_cache(async () => new Date().toISOString(), ['horn'], { tags: ['horn'] });

/** When it was heard last: known to all, until it is heard again. */
export async function GET() {
  return Response.json({ last: await last() });
}

export async function POST() {
  revalidateTag('horn');
  return new Response(null, { status: 204 });
}
