import { useRouter } from 'next/router';
import Slip from '../../components/Slip';

/** A shell at first, for a cask that nobody has asked for before. */
export default function Cask({ cider }) {
  const { isFallback, query } = useRouter();
  if (isFallback) return <Slip title="Rolling it out…" />;
  return <Slip title={`Cask ${query.cask}`}>{cider}</Slip>;
}

export const getStaticPaths = () => ({ paths: [{ params: { cask: 'a1' } }], fallback: true });

export const getStaticProps = ({ params }) => (params.cask === 'none' ? { notFound: true } : { props: { cider: `The cider of ${params.cask}` } });
