import { useRouter } from 'next/router';
import Layout from '../../components/Layout';
import { walkBySlug } from '../../lib/canal';

export default function Walk({ walk }) {
  const router = useRouter();
  if (router.isFallback) return <Layout title="Unfolding the map…" />;
  return (
    <Layout title={walk.name} lead={walk.text}>
      <p>{walk.miles} miles along the towpath.</p>
    </Layout>
  );
}

/** One walk is rendered at build time; others show a loading state and fetch their data (fallback: true). */
export async function getStaticPaths() {
  return { paths: [{ params: { slug: 'lock-to-lock' } }], fallback: true };
}

export async function getStaticProps({ params }) {
  if (params.slug === 'nowhere') return { notFound: true };
  return { props: { walk: walkBySlug(params.slug) } };
}
