import Almanac from '../../components/Almanac';

export default function Page({ id, query, lantern }) {
  return (
    <Almanac title={`Plate ${id}`}>
      <p id="query">{JSON.stringify(query)}</p>
      <p id="lantern">{lantern}</p>
    </Almanac>
  );
}

export function getServerSideProps({ params, query, req, res }) {
  if (params.id === 'lost') return { notFound: true };
  if (params.id === 'moved') return { redirect: { destination: '/almanac', permanent: false } };
  res.setHeader('x-plate', params.id);
  return { props: { id: params.id, query, lantern: req.headers['x-lantern'] ?? 'none' } };
}
