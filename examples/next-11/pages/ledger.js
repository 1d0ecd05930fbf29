import Layout from '../components/Layout';

/** More than a megabyte of HTML: what an edge function may not return by itself. */
export default function Ledger({ rows }) {
  return (
    <Layout title="The toll ledger" lead="Every boat that passed the stop lock in a very long year.">
      <ol>
        {rows.map((row) => (
          <li key={row}>{row}</li>
        ))}
      </ol>
    </Layout>
  );
}

export async function getServerSideProps({ query, res }) {
  res.setHeader('x-ledger', 'stop-lock');
  const count = Math.min(Number(query.rows) || 10, 30000);
  const rows = Array.from({ length: count }, (_, index) => `No. ${index + 1}: ${((index * 7919) % 9973).toString(36)} tons of ${['coal', 'clay', 'lime'][index % 3]}, toll paid in full`);
  return { props: { rows } };
}
