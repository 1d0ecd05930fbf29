import Hide from '../Hide';
import { words } from '../words';

export default function Log({ title, query }) {
  return (
    <Hide title={title}>
      <p id="query">{query}</p>
    </Hide>
  );
}

export const getServerSideProps = ({ locale, query }) => ({ props: { title: words[locale].log, query: JSON.stringify(query) } });
