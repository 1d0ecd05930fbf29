import Layout from '../../components/Layout';
import { titleOf } from '../../lib/canal';

export default function Pub({ name }) {
  return (
    <Layout title={name} lead="Open from noon, dogs welcome, boots tolerated.">
      <p>Moor at the rings below the bridge. The kitchen closes at eight, the fire does not.</p>
    </Layout>
  );
}

/** One pub at build time; every other one is rendered when it is first asked for (fallback: 'blocking'). */
export async function getStaticPaths() {
  return { paths: [{ params: { slug: 'the-navigation' } }], fallback: 'blocking' };
}

export async function getStaticProps({ params }) {
  if (params.slug === 'closed') return { notFound: true };
  if (params.slug === 'the-old-navigation') return { redirect: { destination: '/pubs/the-navigation', permanent: false } };
  return { props: { name: titleOf(params.slug) }, revalidate: 300 };
}
