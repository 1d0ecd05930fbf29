import Layout from '../components/Layout';

export default function Today({ now, query, boat, season, note }) {
  return (
    <Layout title="Today on the cut" lead="Rendered on every request (getServerSideProps).">
      <div className="panel">
        <dl>
          <dt>Time</dt>
          <dd id="now">{now}</dd>
          <dt>Asked for</dt>
          <dd id="query">{JSON.stringify(query)}</dd>
          <dt>Your boat (cookie)</dt>
          <dd id="boat">{boat}</dd>
          <dt>Season (.env)</dt>
          <dd id="season">{season}</dd>
          <dt>Lock keeper’s note (app variable)</dt>
          <dd id="note">{note}</dd>
        </dl>
      </div>
    </Layout>
  );
}

export async function getServerSideProps({ query, req }) {
  return {
    props: {
      now: new Date().toISOString(),
      query,
      boat: req.cookies.boat || 'not moored yet',
      season: process.env.CANAL_SEASON || '',
      note: process.env.LOCK_KEEPER_NOTE || 'none',
    },
  };
}
