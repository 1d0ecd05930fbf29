import Link from 'next/link';
import Layout from '../components/Layout';

export default function NotFound() {
  return (
    <Layout title="Run aground" lead="There is no water here. The page you asked for is not on the map.">
      <Link href="/">
        <a>Back to the main line</a>
      </Link>
    </Layout>
  );
}
