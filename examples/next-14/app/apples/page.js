import Link from 'next/link';
import { apples } from '../../lib/apples';

export const metadata = { title: 'Apples' };

export default function Apples() {
  return (
    <>
      <h1>Apples</h1>
      <ul className="crates">
        {apples.map(({ slug, name, month }) => (
          <li key={slug}>
            <Link href={`/apples/${slug}`}>{name}</Link>
            <br />
            <small>{month}</small>
          </li>
        ))}
      </ul>
    </>
  );
}
