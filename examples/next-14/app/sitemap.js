import { apples } from '../lib/apples';

export default function sitemap() {
  return apples.map(({ slug }) => ({ url: `https://quarrel.example/orchard/apples/${slug}/` }));
}
