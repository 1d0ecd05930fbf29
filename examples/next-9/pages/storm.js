import Sheet from '../components/Sheet';

export default function Storm() {
  return <Sheet title="Storm" lead="Add ?fail=1 to the address to be in it." />;
}

export async function getServerSideProps({ query }) {
  if (query.fail) throw new Error('Force ten');
  return { props: {} };
}
