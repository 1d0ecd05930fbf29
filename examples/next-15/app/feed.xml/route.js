import { finds } from '../../lib/finds';

export const dynamic = 'force-static';

export function GET() {
  const items = finds.map(({ id, name }) => `<item><title>${name}</title><link>/finds/${id}</link></item>`).join('');
  return new Response(`<?xml version="1.0"?><rss version="2.0"><channel><title>Tidewrack</title>${items}</channel></rss>`, {
    headers: { 'content-type': 'application/rss+xml' },
  });
}
