import Sheet from '../../components/Sheet';

export default function Log({ when, query }) {
  return (
    <Sheet title={when.length > 0 ? when.join(' · ') : 'The whole log'} lead="An optional catch-all route, rendered on every request.">
      <p id="query">{JSON.stringify(query)}</p>
    </Sheet>
  );
}

export async function getServerSideProps({ params, query, res }) {
  const when = (params && params.when) || [];
  if (when[0] === 'harbour-light') res.setHeader('Cache-Control', 's-maxage=30, stale-while-revalidate=60');
  return { props: { when, query } };
}
