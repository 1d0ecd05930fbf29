export const runtime = 'edge';

/** A route handler of the edge runtime. */
export function GET(request) {
  const { searchParams } = new URL(request.url);
  const flashes = {
    colour: searchParams.get('colour'),
    runtime: typeof EdgeRuntime,
    keeper: process.env.KEEPER,
    country: request.headers.get('x-vercel-ip-country'),
  };
  const answer = Response.json(flashes, { headers: { 'x-sky': 'lit' } });
  answer.headers.append('set-cookie', 'beacon=1; Path=/');
  answer.headers.append('set-cookie', 'flash=2; Path=/');
  return answer;
}

export async function POST(request) {
  return new Response(await request.text(), { status: 201 });
}
