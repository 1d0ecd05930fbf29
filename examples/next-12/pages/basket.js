import Page from '../components/Page';
import { words } from '../lib/seeds';

export default function Basket({ locale, cookies, query }) {
  return (
    <Page title={words[locale].basket}>
      <p id="cookies">{JSON.stringify(cookies)}</p>
      <p id="query">{JSON.stringify(query)}</p>
    </Page>
  );
}

export const getServerSideProps = ({ req, query, locale }) => ({ props: { locale, query, cookies: req.cookies } });
