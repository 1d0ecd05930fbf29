import Tag from '../../components/Tag';

export default function Bay({ bay }) {
  return <Tag title={`Bay ${bay}`}>Mind the oil.</Tag>;
}

export const getStaticPaths = () => ({ paths: [{ params: { bay: 'one' } }, { params: { bay: 'two' } }], fallback: false });

export const getStaticProps = ({ params }) => ({ props: { bay: params.bay } });
