import Sheet from '../../components/Sheet';
import { harbours } from '../../lib/coast';

export default function Harbour({ name, depth, light, note }) {
  return (
    <Sheet title={name} lead={note}>
      <dl>
        <dt>Depth</dt>
        <dd>{depth}</dd>
        <dt>Light</dt>
        <dd>{light}</dd>
      </dl>
    </Sheet>
  );
}

export async function getStaticPaths() {
  return { paths: harbours.map(({ slug }) => ({ params: { slug } })), fallback: false };
}

export async function getStaticProps({ params }) {
  return { props: harbours.find(({ slug }) => slug === params.slug) };
}
