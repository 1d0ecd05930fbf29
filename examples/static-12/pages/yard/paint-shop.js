import Page from '../../components/Page';

export default function PaintShop() {
  return (
    <Page title="Paint shop">
      <p>Roses and castles by hand, in eleven coats. Bring a biscuit for the signwriter.</p>
    </Page>
  );
}
