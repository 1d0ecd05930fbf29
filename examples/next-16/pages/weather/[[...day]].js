import Almanac from '../../components/Almanac';

export default function Weather({ day }) {
  return <Almanac title="Weather">{day.join(' / ') || 'All days'}</Almanac>;
}

export const getStaticPaths = () => ({ paths: [{ params: { day: [] } }], fallback: 'blocking' });

export const getStaticProps = ({ params }) => ({ props: { day: params.day ?? [] }, revalidate: 3600 });
