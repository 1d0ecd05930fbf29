import Hide from '../Hide';
import { words } from '../words';

export default function Today({ title }) {
  return <Hide title={title}>Grey heron, four; kingfisher, one, blue.</Hide>;
}

export const getStaticProps = ({ locale }) => ({ props: { title: words[locale].seen } });
