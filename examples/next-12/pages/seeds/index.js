import Packets from '../../components/Packets';
import Page from '../../components/Page';
import { seeds, words } from '../../lib/seeds';

export default function Catalogue({ locale }) {
  return (
    <Page title={words[locale].catalogue}>
      <Packets seeds={seeds} locale={locale} />
    </Page>
  );
}

export const getStaticProps = ({ locale }) => ({ props: { locale } });
