import Board from '../../components/Board';
import { stages, words } from '../../lib/road';

export default function Stage({ town, title }) {
  return <Board title={`${title}: ${town}`} />;
}

/** Without locales: only the default one is built, and the others are not there. */
export async function getStaticPaths() {
  return { paths: stages.map((town) => ({ params: { town } })), fallback: false };
}

export async function getStaticProps({ params, locale }) {
  return { props: { town: params.town, title: words[locale].stages } };
}
