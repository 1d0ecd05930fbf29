import Page from '../../components/Page';

export default function Yard({ jobs }) {
  return (
    <Page title="The yard">
      <p>What is on the slip this month.</p>
      <ul className="list">
        {jobs.map(({ boat, job }) => (
          <li key={boat}>
            <strong>{boat}</strong>
            <br />
            {job}
          </li>
        ))}
      </ul>
    </Page>
  );
}

export async function getStaticProps() {
  return {
    props: {
      jobs: [
        { boat: 'Patience', job: 'New base plate, 10 mm' },
        { boat: 'Kingfisher', job: 'Engine out, electric in' },
        { boat: 'Old Reliable', job: 'Nothing wrong; owner worries' },
      ],
    },
  };
}
