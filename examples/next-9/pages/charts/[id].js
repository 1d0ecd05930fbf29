import { useRouter } from 'next/router';
import Sheet from '../../components/Sheet';
import { chartById, charts } from '../../lib/coast';

export default function Chart({ chart }) {
  if (useRouter().isFallback) return <Sheet title="Unrolling the chart…" />;
  return (
    <Sheet title={chart.title} lead="Two are printed with the site; the others are drawn when somebody first asks (fallback: true).">
      <p>{chart.scale}</p>
    </Sheet>
  );
}

export async function getStaticPaths() {
  return { paths: Object.keys(charts).map((id) => ({ params: { id } })), fallback: true };
}

export async function getStaticProps({ params }) {
  return { props: { chart: chartById(params.id) } };
}
