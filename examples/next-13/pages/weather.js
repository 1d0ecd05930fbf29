import Tag from '../components/Tag';

export default function Weather({ outlook, asked }) {
  return <Tag title={outlook}>{asked}</Tag>;
}

Weather.getInitialProps = ({ query, pathname }) => ({ outlook: 'Headwind', asked: JSON.stringify({ query, pathname }) });
