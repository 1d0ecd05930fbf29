import Slip from '../../components/Slip';

export default function Vat({ vat }) {
  return <Slip title={`Vat ${vat}`}>Still working.</Slip>;
}

export const getStaticPaths = () => ({ paths: [{ params: { vat: 'one' } }, { params: { vat: 'two' } }], fallback: false });

export const getStaticProps = ({ params }) => ({ props: { vat: params.vat } });
