import { bikes } from '../lib/bikes';

export default function sitemap() {
  return bikes.map(({ frame }) => ({ url: `https://spoke.example/bikes/${frame}` }));
}
