import { notFound, redirect } from 'next/navigation';
import { appleBySlug, apples } from '../../../lib/apples';

export const revalidate = 18000;

export const generateStaticParams = () => apples.map(({ slug }) => ({ slug }));

export const generateMetadata = ({ params }) => ({ title: appleBySlug(params.slug)?.name });

export default function Apple({ params }) {
  if (params.slug === 'quarrel') redirect('/apples/pippin');
  const apple = appleBySlug(params.slug);
  if (!apple) notFound();
  const picked = new Date().toISOString();
  return (
    <>
      <h1>{apple.name}</h1>
      <p>{apple.note}</p>
      <small>
        Picked at <time dateTime={picked}>{picked}</time>
      </small>
    </>
  );
}
