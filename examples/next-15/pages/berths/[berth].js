import { useRouter } from 'next/router';
import Letter from '../../components/Letter';

/** A shell at first, for a berth that nobody has asked for before. */
export default function Berth({ boat }) {
  const { isFallback, query } = useRouter();
  if (isFallback) return <Letter title="Looking along the quay…" />;
  return <Letter title={`Berth ${query.berth}`}>{boat}</Letter>;
}

export const getStaticPaths = () => ({ paths: [{ params: { berth: 'a1' } }], fallback: true });

export const getStaticProps = ({ params }) => (params.berth === 'none' ? { notFound: true } : { props: { boat: `The boat of ${params.berth}` } });
