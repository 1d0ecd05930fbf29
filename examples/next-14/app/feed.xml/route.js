import { apples } from '../../lib/apples';

export const dynamic = 'force-static';

export function GET() {
  const items = apples.map(({ slug, name }) => `<item><title>${name}</title><link>/orchard/apples/${slug}/</link></item>`).join('');
  return new Response(`<?xml version="1.0"?><rss version="2.0"><channel><title>Quarrel</title>${items}</channel></rss>`, {
    headers: { 'content-type': 'application/rss+xml' },
  });
}
