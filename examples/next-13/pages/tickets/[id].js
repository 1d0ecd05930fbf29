import Tag from '../../components/Tag';

export default function Page({ id, query, apron }) {
  return (
    <Tag title={`Ticket ${id}`}>
      <p id="query">{query}</p>
      <p id="apron">{apron}</p>
    </Tag>
  );
}

export function getServerSideProps({ params, query, req }) {
  if (params.id === 'lost') return { notFound: true };
  if (params.id === 'forwarded') return { redirect: { destination: '/tickets/1', permanent: false } };
  return { props: { id: params.id, query: JSON.stringify(query), apron: req.headers['x-apron'] ?? null } };
}
