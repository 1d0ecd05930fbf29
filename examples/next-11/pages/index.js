import Image from 'next/image';
import Link from 'next/link';
import Layout from '../components/Layout';

export default function Home() {
  return (
    <Layout>
      <h1>Two thousand miles of still water, at walking pace.</h1>
      <p>The Long Cut is a guide for people who like to arrive late: where to moor, which locks to dread, and who keeps a good fire.</p>
      <div className="picture">
        <Image src="/images/lock-flight.jpg" alt="A narrowboat below a flight of locks at dusk" width={1200} height={675} layout="responsive" priority />
      </div>
      <ul className="cards">
        <li>
          <h2>
            <Link href="/moorings">
              <a>Moorings</a>
            </Link>
          </h2>
          <p>Depths, nights allowed and what you can plug into.</p>
        </li>
        <li>
          <h2>
            <Link href="/walks/lock-to-lock">
              <a>Towpath walks</a>
            </Link>
          </h2>
          <p>For the dog, and for whoever is not steering.</p>
        </li>
        <li>
          <h2>
            <Link href="/pubs/the-navigation">
              <a>Waterside pubs</a>
            </Link>
          </h2>
          <p>Rings to tie to, and a door wide enough for wet coats.</p>
        </li>
      </ul>
    </Layout>
  );
}
