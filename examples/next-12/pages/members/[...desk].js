import Page from '../../components/Page';

export default function Desk({ desk, card }) {
  return (
    <Page title="Members">
      <p id="desk">{`${desk.join(' / ')}, card ${card}`}</p>
    </Page>
  );
}

export const getServerSideProps = ({ params, req }) => ({ props: { desk: params.desk, card: req.cookies.card || 'none' } });
