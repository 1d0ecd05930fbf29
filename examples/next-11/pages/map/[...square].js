import Layout from '../../components/Layout';

export default function MapSquare({ square }) {
  return <Layout title={`Map square ${square.join(' / ')}`} lead="A catch-all route." />;
}

export async function getServerSideProps({ params }) {
  return { props: { square: params.square } };
}
