import { objects } from '../../lib/objects';

export const dynamic = 'force-static';

export function GET() {
  const items = objects.map(({ slug, name }) => `<item><title>${name}</title><link>/objects/${slug}</link></item>`).join('');
  return new Response(`<?xml version="1.0"?><rss version="2.0"><channel><title>Harrow Hill</title>${items}</channel></rss>`, {
    headers: { 'content-type': 'application/rss+xml' },
  });
}
