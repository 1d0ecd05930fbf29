import Link from 'next/link';
import { objects } from '../../lib/objects';

export const metadata = { title: 'Gallery' };

export default function Gallery() {
  return (
    <>
      <h1>Gallery</h1>
      <ul className="plates">
        {objects.map(({ slug, name }) => (
          <li key={slug}>
            <Link href={`/gallery/${slug}`}>Plate of {name}</Link>
          </li>
        ))}
      </ul>
    </>
  );
}
