import Board from '../../components/Board';
import { inns, smallInns, words } from '../../lib/road';

export default function Inn({ name, rooms, cookedAt }) {
  return (
    <Board title={name} lead={rooms}>
      <p>
        <time>{cookedAt}</time>
      </p>
    </Board>
  );
}

export async function getStaticPaths({ locales }) {
  return { paths: locales.flatMap((locale) => inns.map(({ slug }) => ({ params: { slug }, locale }))), fallback: 'blocking' };
}

export async function getStaticProps({ params, locale }) {
  if (params.slug === 'the-old-bell') return { redirect: { destination: '/inns/the-bell', permanent: false }, revalidate: 300 };
  const inn = [...inns, ...smallInns].find(({ slug }) => slug === params.slug);
  if (!inn) return { notFound: true, revalidate: 300 };
  return { props: { name: inn[locale], rooms: `${inn.rooms} ${words[locale].rooms}`, cookedAt: new Date().toISOString() }, revalidate: 300 };
}
