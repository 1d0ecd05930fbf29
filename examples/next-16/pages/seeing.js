import Almanac from '../components/Almanac';

export default function Seeing({ sky, asked }) {
  return <Almanac title={sky}>{asked}</Almanac>;
}

Seeing.getInitialProps = ({ query, pathname }) => ({ sky: 'Thin cloud', asked: JSON.stringify({ query, pathname }) });
