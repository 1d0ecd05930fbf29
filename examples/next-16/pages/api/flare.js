export const config = { runtime: 'edge' };

export default function flare(request) {
  const { search, searchParams } = new URL(request.url);
  if (searchParams.has('damp')) throw new Error('The flare is damp.');
  return new Response(`${request.method} ${search}\n`);
}
