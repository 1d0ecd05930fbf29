import Sheet from '../components/Sheet';

export default function Bridge({ now, query, ship, watch, standing }) {
  return (
    <Sheet title="The bridge" lead="Rendered on every request (getServerSideProps).">
      <dl>
        <dt>Time</dt>
        <dd id="now">{now}</dd>
        <dt>Asked for</dt>
        <dd id="query">{JSON.stringify(query)}</dd>
        <dt>Ship (cookie)</dt>
        <dd id="ship">{ship}</dd>
        <dt>Watch (.env)</dt>
        <dd id="watch">{watch}</dd>
        <dt>Standing order (app variable)</dt>
        <dd id="standing">{standing}</dd>
      </dl>
      <form action="/api/log" method="post">
        <label>
          Log entry <input name="entry" defaultValue="Wind backing, glass falling." />
        </label>{' '}
        <button>Enter</button>
      </form>
    </Sheet>
  );
}

export async function getServerSideProps({ req, res, query }) {
  const ship = /(?:^|; )ship=([^;]*)/.exec(req.headers.cookie || '');
  if (query.sign) res.setHeader('Set-Cookie', ['ship=Petrel; Path=/', 'berth=2; Path=/; HttpOnly']);
  return {
    props: {
      now: new Date().toISOString(),
      query,
      ship: ship ? ship[1] : 'unknown',
      watch: process.env.WATCH || '',
      standing: process.env.STANDING_ORDER || 'none',
    },
  };
}
