import { useRouter } from 'next/router';
import Tag from '../../components/Tag';

export default function Delivery({ number }) {
  const { isFallback } = useRouter();
  return <Tag title={isFallback ? 'Looking for it…' : `Delivery ${number}`}>Signed for by the cat.</Tag>;
}

export const getStaticPaths = () => ({ paths: [{ params: { number: '1' } }], fallback: true });

export const getStaticProps = ({ params }) => ({ props: { number: params.number } });
