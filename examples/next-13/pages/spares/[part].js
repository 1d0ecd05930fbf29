import Tag from '../../components/Tag';

const SHELF = { saddle: 'Brown, broken in.', bell: 'Rings itself downhill.', pump: 'Fits both valves.' };

export default function Spare({ part, note }) {
  return <Tag title={part}>{note}</Tag>;
}

export const getStaticPaths = () => ({ paths: [{ params: { part: 'saddle' } }], fallback: 'blocking' });

export function getStaticProps({ params }) {
  if (params.part === 'hooter') return { redirect: { destination: '/spares/bell', permanent: false } };
  const note = SHELF[params.part];
  return note ? { props: { part: params.part, note } } : { notFound: true };
}
