import Slip from '../components/Slip';

export default function Almanac({ drawn }) {
  return (
    <Slip title="Almanac">
      <time dateTime={drawn}>{drawn}</time>
    </Slip>
  );
}

export const getStaticProps = () => ({ props: { drawn: new Date().toISOString() }, revalidate: 7200 });
