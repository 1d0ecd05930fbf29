import Link from 'next/link';
import Layout from '../../components/Layout';
import { locks } from '../../lib/canal';

export default function Lock({ lock, others }) {
  return (
    <Layout title={lock.name} lead={lock.note}>
      <div className="panel">
        <dl>
          <dt>Rise</dt>
          <dd>{lock.rise}</dd>
          <dt>Chambers</dt>
          <dd>{lock.chambers}</dd>
        </dl>
      </div>
      <p>
        Also:{' '}
        {others.map((other) => (
          <span key={other.slug}>
            <Link href={`/locks/${other.slug}`}>
              <a>{other.name}</a>
            </Link>{' '}
          </span>
        ))}
      </p>
    </Layout>
  );
}

/** Every lock is known at build time: any other address is a 404. */
export async function getStaticPaths() {
  return { paths: locks.map(({ slug }) => ({ params: { slug } })), fallback: false };
}

export async function getStaticProps({ params }) {
  return {
    props: {
      lock: locks.find(({ slug }) => slug === params.slug),
      others: locks.filter(({ slug }) => slug !== params.slug).map(({ slug, name }) => ({ slug, name })),
    },
  };
}
