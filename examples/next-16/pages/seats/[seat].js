import { useRouter } from 'next/router';
import Almanac from '../../components/Almanac';

/** A shell at first, for a seat that nobody has asked for before. */
export default function Seat({ view }) {
  const { isFallback, query } = useRouter();
  if (isFallback) return <Almanac title="Finding the seat…" />;
  return <Almanac title={`Seat ${query.seat}`}>{view}</Almanac>;
}

export const getStaticPaths = () => ({ paths: [{ params: { seat: 'a1' } }], fallback: true });

export const getStaticProps = ({ params }) => (params.seat === 'none' ? { notFound: true } : { props: { view: `The view from ${params.seat}` } });
