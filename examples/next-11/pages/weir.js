import Layout from '../components/Layout';

export default function Weir() {
  return <Layout title="The weir" lead="Add ?fail=1 to the address to go over it." />;
}

export async function getServerSideProps({ query }) {
  if (query.fail) throw new Error('Over the weir');
  return { props: {} };
}
