import Packets from '../../components/Packets';
import Page from '../../components/Page';
import { seeds, words } from '../../lib/seeds';

export default function Plot({ locale }) {
  return (
    <Page title={words[locale].shade}>
      <Packets seeds={seeds.filter(({ light }) => light === 'shade')} locale={locale} />
    </Page>
  );
}

export const getStaticProps = ({ locale }) => ({ props: { locale } });
