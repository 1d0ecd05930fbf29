import Image from 'next/image';
import Board from '../components/Board';
import { words } from '../lib/road';

export default function Home({ lead }) {
  return (
    <Board lead={lead}>
      <div className="picture">
        <Image src="/pictures/dusk.jpg" alt="A coach on the road to a lit inn at dusk" width={1200} height={600} layout="responsive" priority />
      </div>
    </Board>
  );
}

export async function getStaticProps({ locale }) {
  return { props: { lead: words[locale].lead } };
}
