import Almanac from '../components/Almanac';

export default function Page({ drawn }) {
  return (
    <Almanac title="Almanac">
      <time dateTime={drawn}>{drawn}</time>
    </Almanac>
  );
}

export const getStaticProps = () => ({ props: { drawn: new Date().toISOString() }, revalidate: 7200 });
