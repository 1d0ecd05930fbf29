import Board from '../../components/Board';
import { courses, words } from '../../lib/road';

export default function Menu({ title, dishes }) {
  return (
    <Board title={title}>
      <ul>
        {dishes.map((dish) => (
          <li key={dish}>{dish}</li>
        ))}
      </ul>
    </Board>
  );
}

/** An optional catch-all that is prerendered, and renewed. */
export async function getStaticPaths({ locales }) {
  const paths = locales.flatMap((locale) => [{ params: { course: [] }, locale }, { params: { course: ['supper', 'soup'] }, locale }]);
  return { paths, fallback: false };
}

export async function getStaticProps({ params, locale }) {
  const [, course] = params.course || [];
  const dishes = course ? [courses[locale][course]] : Object.values(courses[locale]);
  return { props: { title: words[locale].menu, dishes }, revalidate: 120 };
}
