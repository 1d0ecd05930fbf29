import Slip from '../../components/Slip';

export default function Rows({ tree }) {
  return <Slip title="Rows">{tree.join(' / ') || 'All rows'}</Slip>;
}

export const getStaticPaths = () => ({ paths: [{ params: { tree: [] } }], fallback: 'blocking' });

export const getStaticProps = ({ params }) => ({ props: { tree: params.tree ?? [] }, revalidate: 3600 });
