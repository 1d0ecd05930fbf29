import Board from '../components/Board';

export default function Tonight({ now, locale, query, guest }) {
  return (
    <Board title="Tonight" lead={now}>
      <p id="who">
        {guest}, {locale}, {JSON.stringify(query)}
      </p>
    </Board>
  );
}

export async function getServerSideProps({ req, res, query, locale }) {
  if (query.book) res.setHeader('Set-Cookie', 'guest=room-7; Path=/');
  if (query.full) return { redirect: { destination: '/inns', permanent: false } };
  if (query.closed) return { notFound: true };
  if (query.fire) throw new Error('The kitchen is on fire');
  return { props: { now: new Date().toISOString(), locale, query, guest: req.cookies.guest || 'a stranger' } };
}
