import { bikes } from '../../lib/bikes';

export const dynamic = 'force-static';

export function GET() {
  const items = bikes.map(({ frame, name }) => `<item><title>${name}</title><link>/bikes/${frame}</link></item>`).join('');
  return new Response(`<?xml version="1.0"?><rss version="2.0"><channel><title>Spoke &amp; Fettle</title>${items}</channel></rss>`, {
    headers: { 'content-type': 'application/rss+xml' },
  });
}
