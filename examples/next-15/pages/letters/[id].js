import Letter from '../../components/Letter';

export default function Page({ id, query, lamp }) {
  return (
    <Letter title={`Letter ${id}`}>
      <p id="query">{query}</p>
      <p id="lamp">{lamp}</p>
    </Letter>
  );
}

export function getServerSideProps({ params, query, req }) {
  if (params.id === 'lost') return { notFound: true };
  if (params.id === 'forwarded') return { redirect: { destination: '/letters/1', permanent: false } };
  return { props: { id: params.id, query: JSON.stringify(query), lamp: req.headers['x-lamp'] ?? null } };
}
