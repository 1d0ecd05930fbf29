import Layout from '../components/Layout';

export default function ServerError() {
  return <Layout title="Lock gate stuck" lead="Something broke on our side. Put the kettle on and try again." />;
}
