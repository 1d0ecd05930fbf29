import Letter from '../components/Letter';

export default function Wind({ outlook, asked }) {
  return <Letter title={outlook}>{asked}</Letter>;
}

Wind.getInitialProps = ({ query, pathname }) => ({ outlook: 'Onshore', asked: JSON.stringify({ query, pathname }) });
