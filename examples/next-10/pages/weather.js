import Board from '../components/Board';

export default function Weather({ from, locale }) {
  return <Board title="Weather" lead={`${from}, ${locale}`} />;
}

Weather.getInitialProps = async ({ req, locale }) => ({ from: req ? 'looked up by the server' : 'looked up by the browser', locale });
