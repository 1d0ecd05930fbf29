import Letter from '../components/Letter';

export default function Tables({ drawn }) {
  return (
    <Letter title="Tide tables">
      <time dateTime={drawn}>{drawn}</time>
    </Letter>
  );
}

export const getStaticProps = () => ({ props: { drawn: new Date().toISOString() }, revalidate: 7200 });
