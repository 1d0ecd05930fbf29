import Link from 'next/link';
import { bikes } from '../../lib/bikes';

export const metadata = { title: 'Bikes' };

export default function Bikes() {
  return (
    <>
      <h1>Bikes</h1>
      <ul className="rack">
        {bikes.map(({ frame, name, teeth }) => (
          <li key={frame}>
            <Link href={`/bikes/${frame}`}>{name}</Link>
            <br />
            <small>{teeth} teeth</small>
          </li>
        ))}
      </ul>
    </>
  );
}
