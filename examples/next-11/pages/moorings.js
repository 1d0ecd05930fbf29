import Layout from '../components/Layout';
import { moorings } from '../lib/canal';

export default function Moorings({ places }) {
  return (
    <Layout title="Moorings" lead="Rendered at build time from data (getStaticProps).">
      <ul className="cards">
        {places.map((place) => (
          <li key={place.name}>
            <h2>{place.name}</h2>
            <p>{place.facilities}</p>
            <p>
              {place.depth} deep, {place.nights} nights
            </p>
          </li>
        ))}
      </ul>
    </Layout>
  );
}

export async function getStaticProps() {
  return { props: { places: moorings } };
}
