import Page from '../../components/Page';
import { rareSeeds, seeds, words } from '../../lib/seeds';

export default function Seed({ name, days, readAt }) {
  return (
    <Page title={name}>
      <p>{days}</p>
      <p>
        <time dateTime={readAt}>{readAt}</time>
      </p>
    </Page>
  );
}

export function getStaticPaths({ locales }) {
  return { paths: locales.flatMap((locale) => seeds.map(({ slug }) => ({ params: { slug }, locale }))), fallback: 'blocking' };
}

export function getStaticProps({ params, locale }) {
  const seed = [...seeds, ...rareSeeds].find(({ slug }) => slug === params.slug);
  if (!seed) return { notFound: true, revalidate: 60 };
  return { props: { name: seed[locale], days: `${seed.days} ${words[locale].days}`, readAt: new Date().toISOString() }, revalidate: 300 };
}
