export const config = { runtime: 'edge' };

export default function flare(request) {
  return new Response(`${request.method} ${new URL(request.url).search}\n`);
}
