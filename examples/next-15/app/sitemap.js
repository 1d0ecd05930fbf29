import { finds } from '../lib/finds';

export default function sitemap() {
  return finds.map(({ id }) => ({ url: `https://tidewrack.example/finds/${id}` }));
}
