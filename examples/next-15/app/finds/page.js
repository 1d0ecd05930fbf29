import Link from 'next/link';
import { finds } from '../../lib/finds';

export const metadata = { title: 'Finds' };

export default function Finds() {
  return (
    <>
      <h1>Finds</h1>
      <ul className="shelf">
        {finds.map(({ id, name, year }) => (
          <li key={id}>
            <Link href={`/finds/${id}`}>{name}</Link> <small>{year}</small>
          </li>
        ))}
      </ul>
    </>
  );
}
