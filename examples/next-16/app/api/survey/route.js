/** The whole sky, in more than CloudFront takes from a function: it goes by way of the bucket. */
const KINDS = {
  html: ['text/html; charset=utf-8', (stars) => `<!doctype html><title>Survey</title><p>${stars}</p>`],
  json: ['application/json', (stars) => JSON.stringify({ stars })],
  pdf: ['application/pdf', (stars) => `%PDF-1.4\n%${stars}\n%%EOF\n`],
};

export function GET(request) {
  const { searchParams } = request.nextUrl;
  const [type, write] = KINDS[searchParams.get('as')] ?? KINDS.json;
  const stars = '★ '.repeat(Number(searchParams.get('thousands') ?? 1) * 1000);
  return new Response(write(stars), { headers: { 'content-type': type } });
}
