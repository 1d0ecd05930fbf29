import Page from '../components/Page';

export default function NotFound() {
  return (
    <Page title="404">
      <p>This packet is not on any of our shelves.</p>
    </Page>
  );
}
