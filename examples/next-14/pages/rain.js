import Slip from '../components/Slip';

export default function Rain({ outlook, asked }) {
  return <Slip title={outlook}>{asked}</Slip>;
}

Rain.getInitialProps = ({ query, pathname }) => ({ outlook: 'Drizzle', asked: JSON.stringify({ query, pathname }) });
