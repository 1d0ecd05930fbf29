import Sheet from '../components/Sheet';

export default function Tides({ readAt, gauges }) {
  return (
    <Sheet title="Tides" lead="Rendered at build time and again at most once a minute (revalidate).">
      <dl>
        {gauges.map(([name, metres]) => [<dt key={name}>{name}</dt>, <dd key={`${name}-level`}>{metres} m above datum</dd>])}
        <dt>Read at</dt>
        <dd>
          <time>{readAt}</time>
        </dd>
      </dl>
    </Sheet>
  );
}

export async function getStaticProps() {
  const gauges = [
    ['Stone Quay', 4.1],
    ['Gull Haven', 3.7],
  ];
  return { props: { readAt: new Date().toISOString(), gauges }, revalidate: 60 };
}
