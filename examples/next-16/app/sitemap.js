import { objects } from '../lib/objects';

export default function sitemap() {
  return objects.map(({ slug }) => ({ url: `https://observatory.example/objects/${slug}` }));
}
