import Layout from '../components/Layout';

export default function WaterLevels({ readAt, gauges }) {
  return (
    <Layout title="Water levels" lead="Rendered at build time and again at most once a minute (revalidate).">
      <div className="panel">
        <dl>
          {gauges.map(({ name, centimetres }) => [
            <dt key={name}>{name}</dt>,
            <dd key={`${name}-level`}>{centimetres} cm over the sill</dd>,
          ])}
        </dl>
      </div>
      <p>
        Read at <time dateTime={readAt}>{readAt}</time>.
      </p>
    </Layout>
  );
}

export async function getStaticProps() {
  const gauges = [
    { name: 'Summit pound', centimetres: 142 },
    { name: 'Long pound', centimetres: 128 },
    { name: 'River lock', centimetres: 155 },
  ];
  return { props: { readAt: new Date().toISOString(), gauges }, revalidate: 60 };
}
