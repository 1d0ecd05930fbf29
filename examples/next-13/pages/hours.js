import Tag from '../components/Tag';

export default function Hours({ drawn }) {
  return (
    <Tag title="Hours">
      <time dateTime={drawn}>{drawn}</time>
    </Tag>
  );
}

export const getStaticProps = () => ({ props: { drawn: new Date().toISOString() }, revalidate: 7200 });
