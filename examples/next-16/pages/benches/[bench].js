import Almanac from '../../components/Almanac';

export default function Bench({ bench }) {
  return <Almanac title={`Bench ${bench}`}>Mind the dew.</Almanac>;
}

export const getStaticPaths = () => ({ paths: [{ params: { bench: 'one' } }, { params: { bench: 'two' } }], fallback: false });

export const getStaticProps = ({ params, preview = false }) => ({ props: { bench: preview ? `${params.bench}, newly painted` : params.bench } });
