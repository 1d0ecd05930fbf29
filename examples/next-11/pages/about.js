import Layout from '../components/Layout';

export default function About() {
  return (
    <Layout title="About" lead="A page without data: rendered once, when the site was built.">
      <p>
        The canals were cut by hand, two centuries ago, to carry coal and pottery. Now they carry people with nowhere to be. We
        walked every mile of them with a notebook.
      </p>
    </Layout>
  );
}
