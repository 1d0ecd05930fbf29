import Letter from '../../components/Letter';

export default function Log({ day }) {
  return <Letter title="Log">{day.join(' / ') || 'All days'}</Letter>;
}

export const getStaticPaths = () => ({ paths: [{ params: { day: [] } }], fallback: 'blocking' });

export const getStaticProps = ({ params }) => ({ props: { day: params.day ?? [] }, revalidate: 3600 });
