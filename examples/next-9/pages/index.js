import Link from 'next/link';
import Sheet from '../components/Sheet';

export default function Home() {
  return (
    <Sheet title="High water waits for nobody." lead="A pocket pilot for one cold coast: three harbours, two charts, and what the sea does at noon.">
      <ul className="cards">
        <li>
          <h2>
            <Link href="/harbours">
              <a>Harbours</a>
            </Link>
          </h2>
          <p>Depths, lights, and which wall to lie on.</p>
        </li>
        <li>
          <h2>
            <Link href="/tides">
              <a>Tides</a>
            </Link>
          </h2>
          <p>Read off the gauge once a minute.</p>
        </li>
        <li>
          <h2>
            <Link href="/log/[[...when]]" as="/log/1911/may">
              <a>Log</a>
            </Link>
          </h2>
          <p>What the watch wrote down, by year and month.</p>
        </li>
      </ul>
    </Sheet>
  );
}
