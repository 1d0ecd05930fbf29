import Link from 'next/link';
import Page from '../components/Page';

export default function NotFound() {
  return (
    <Page title="Not in the dock">
      <p>
        That page has slipped its mooring. <Link href="/"><a>Back to the yard</a></Link>.
      </p>
    </Page>
  );
}
