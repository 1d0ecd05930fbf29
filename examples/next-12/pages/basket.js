import useSWR from 'swr';
import Page from '../components/Page';
import { words } from '../lib/seeds';

/** swr is an ECMAScript module. */
export default function Basket({ locale, cookies, query }) {
  const { data } = useSWR('/api/basket', null, { fallbackData: query });
  return (
    <Page title={words[locale].basket}>
      <p id="cookies">{JSON.stringify(cookies)}</p>
      <p id="query">{JSON.stringify(data)}</p>
    </Page>
  );
}

export const getServerSideProps = ({ req, query, locale }) => ({ props: { locale, query, cookies: req.cookies } });
