import Link from 'next/link';
import { words } from '../lib/seeds';

export default function Packets({ seeds, locale }) {
  return (
    <ul className="packets">
      {seeds.map((seed) => (
        <li key={seed.slug}>
          <Link href={`/seeds/${seed.slug}`}><a>{seed[locale]}</a></Link>
          <small>{`${seed.days} ${words[locale].days}`}</small>
        </li>
      ))}
    </ul>
  );
}
