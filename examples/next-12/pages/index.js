import Image from 'next/image';
import Page from '../components/Page';
import { words } from '../lib/seeds';

export default function Home({ lead }) {
  return (
    <Page>
      <h1>{lead}</h1>
      <Image src="/packet.svg" alt="" width={96} height={128} unoptimized />
    </Page>
  );
}

export const getStaticProps = ({ locale }) => ({ props: { lead: words[locale].lead } });
