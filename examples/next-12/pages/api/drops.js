/** An API route on the edge runtime. */
export const config = { runtime: 'experimental-edge' };

export default function drops(request) {
  const { searchParams } = new URL(request.url);
  return new Response(JSON.stringify({ drops: Number(searchParams.get('litres') || 0) * 20000 }), {
    headers: { 'content-type': 'application/json', 'cache-control': 'public, s-maxage=30' },
  });
}
