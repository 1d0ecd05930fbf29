import Hide from '../../Hide';

export default function Flight({ name, locale }) {
  return <Hide title={`${name} (${locale})`}>↗</Hide>;
}

export const getStaticPaths = () => ({ paths: [{ params: { name: 'heron' } }, { params: { name: 'heron' }, locale: 'de' }], fallback: 'blocking' });

export const getStaticProps = ({ params, locale }) => (params.name === 'dodo' ? { notFound: true } : { props: { name: params.name, locale } });
