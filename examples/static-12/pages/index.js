import Link from 'next/link';
import Page from '../components/Page';

export default function Home() {
  return (
    <Page>
      <h1>Boats that outlive their owners.</h1>
      <p>A yard of six people and one dry dock. We replate, repaint and rebuild narrowboats, and now and then we build one from nothing.</p>
      <img className="picture" src="/images/morning.jpg" alt="A blue narrowboat on still water in the morning" width="1200" height="675" />
      <p>
        <Link href="/yard">
          <a>See what is in the dock</a>
        </Link>
      </p>
    </Page>
  );
}
