import Letter from '../../components/Letter';

export default function Room({ room }) {
  return <Letter title={`Room ${room}`}>Mind the step.</Letter>;
}

export const getStaticPaths = () => ({ paths: [{ params: { room: 'one' } }, { params: { room: 'two' } }], fallback: false });

export const getStaticProps = ({ params }) => ({ props: { room: params.room } });
