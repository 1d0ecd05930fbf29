import Link from 'next/link';
import Board from '../../components/Board';
import { inns, words } from '../../lib/road';

export default function Inns({ title, list }) {
  return (
    <Board title={title}>
      <ul className="inns">
        {list.map(({ slug, name, rooms }) => (
          <li key={slug}>
            <Link href={`/inns/${slug}`}>
              <a>{name}</a>
            </Link>
            <br />
            {rooms}
          </li>
        ))}
      </ul>
    </Board>
  );
}

export async function getStaticProps({ locale, preview = false }) {
  const text = words[locale];
  const list = inns.map((inn) => ({ slug: inn.slug, name: inn[locale], rooms: `${inn.rooms} ${text.rooms}` }));
  return { props: { title: text.inns, list, preview } };
}
