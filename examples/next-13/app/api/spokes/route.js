/** More than CloudFront takes from a function: it goes by way of the bucket. */
export function GET(request) {
  const megabytes = Number(request.nextUrl.searchParams.get('mb') ?? 2);
  const spokes = new Uint8Array(megabytes * 1024 * 1024);
  for (let index = 0; index < spokes.length; index++) spokes[index] = (index * 2_654_435_761) >>> 24;
  return new Response(spokes, { headers: { 'content-type': 'application/octet-stream', 'x-spokes': 'laced' } });
}
