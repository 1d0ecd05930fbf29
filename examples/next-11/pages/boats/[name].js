import Layout from '../../components/Layout';

export default function Boat({ name, query }) {
  return (
    <Layout title={name} lead="A dynamic route, rendered on every request.">
      <p id="query">{JSON.stringify(query)}</p>
    </Layout>
  );
}

export async function getServerSideProps({ params, query, res }) {
  if (params.name === 'sunk') return { notFound: true };
  if (params.name === 'sold') return { redirect: { destination: '/moorings', permanent: false } };
  if (params.name === 'famous') res.setHeader('Cache-Control', 's-maxage=30, stale-while-revalidate=60');
  if (params.name === 'mine') res.setHeader('Set-Cookie', ['boat=mine; Path=/', 'berth=12; Path=/; HttpOnly']);
  return { props: { name: params.name, query } };
}
