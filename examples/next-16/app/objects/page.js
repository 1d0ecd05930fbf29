import Link from 'next/link';
import { objects } from '../../lib/objects';

export const metadata = { title: 'Objects' };

export default function Objects() {
  return (
    <>
      <h1>Objects</h1>
      <ul className="plates">
        {objects.map(({ slug, name, magnitude }) => (
          <li key={slug}>
            <Link href={`/objects/${slug}`}>{name}</Link> <small>magnitude {magnitude}</small>
          </li>
        ))}
      </ul>
    </>
  );
}
