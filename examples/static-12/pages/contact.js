import Page from '../components/Page';

export default function Contact() {
  return (
    <Page title="Find us">
      <p>By boat: half a mile past the junction, on the towpath side. By road: you would have to know it is there.</p>
    </Page>
  );
}
