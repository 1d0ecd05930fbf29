import Sheet from '../components/Sheet';

export default function Weather({ agent, query }) {
  return (
    <Sheet title="Weather" lead="getInitialProps: on the server for a visitor, in the browser for a reader who follows a link.">
      <p id="agent">{agent}</p>
      <p id="query">{JSON.stringify(query)}</p>
    </Sheet>
  );
}

Weather.getInitialProps = async ({ req, query }) => ({ agent: (req && req.headers['user-agent']) || 'a browser', query });
