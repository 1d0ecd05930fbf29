import Packets from '../../components/Packets';
import Page from '../../components/Page';
import { seeds, words } from '../../lib/seeds';

export default function Plot({ locale }) {
  return (
    <Page title={words[locale].sun}>
      <Packets seeds={seeds.filter(({ light }) => light === 'sun')} locale={locale} />
    </Page>
  );
}

export const getStaticProps = ({ locale }) => ({ props: { locale } });
