/** More than CloudFront takes from a function: it goes by way of the bucket. */
export function GET(request) {
  const megabytes = Number(request.nextUrl.searchParams.get('mb') ?? 2);
  const weights = new Uint8Array(megabytes * 1024 * 1024);
  for (let index = 0; index < weights.length; index++) weights[index] = (index * 2_654_435_761) >>> 24;
  return new Response(weights, { headers: { 'content-type': 'application/octet-stream', 'x-yield': 'kilos' } });
}
