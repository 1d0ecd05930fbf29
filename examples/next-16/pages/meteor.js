export const config = { runtime: 'experimental-edge' };

export const getServerSideProps = ({ query }) => ({ props: { shower: query.shower ?? 'Perseids' } });

export default function Meteor({ shower }) {
  return <p>One of the {shower}.</p>;
}
