import Link from 'next/link';
import Sheet from '../../components/Sheet';
import { harbours } from '../../lib/coast';

export default function Harbours({ list }) {
  return (
    <Sheet title="Harbours" lead="From north to south, as you meet them with the flood.">
      <ul className="cards">
        {list.map(({ slug, name, depth }) => (
          <li key={slug}>
            <h2>
              <Link href="/harbours/[slug]" as={`/harbours/${slug}`}>
                <a>{name}</a>
              </Link>
            </h2>
            <p>{depth} at low water</p>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

export async function getStaticProps({ preview = false }) {
  return { props: { list: harbours.map(({ slug, name, depth }) => ({ slug, name, depth })), preview } };
}
