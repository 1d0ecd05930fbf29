import Slip from '../../components/Slip';

export default function Page({ id, query, mug }) {
  return (
    <Slip title={`Order ${id}`}>
      <p id="query">{query}</p>
      <p id="mug">{mug}</p>
    </Slip>
  );
}

export function getServerSideProps({ params, query, req }) {
  if (params.id === 'lost') return { notFound: true };
  if (params.id === 'forwarded') return { redirect: { destination: '/orders/1', permanent: false } };
  return { props: { id: params.id, query: JSON.stringify(query), mug: req.headers['x-mug'] ?? null } };
}
