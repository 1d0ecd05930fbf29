import { useRouter } from 'next/router';
import Board from '../../components/Board';

export default function Road({ id, locale }) {
  if (useRouter().isFallback) return <Board title="…" />;
  return <Board title={`Road ${id}`} lead={`Drawn when it was first asked for, in ${locale}.`} />;
}

export async function getStaticPaths() {
  return { paths: [{ params: { id: '1' }, locale: 'en' }], fallback: true };
}

export async function getStaticProps({ params, locale }) {
  return { props: { id: params.id, locale } };
}
