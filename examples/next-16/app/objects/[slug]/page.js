import { notFound, redirect } from 'next/navigation';
import { objectBySlug, objects } from '../../../lib/objects';

export const revalidate = 18000;

export const generateStaticParams = () => objects.map(({ slug }) => ({ slug }));

export async function generateMetadata({ params }) {
  return { title: objectBySlug((await params).slug)?.name };
}

export default async function ObjectPage({ params }) {
  const { slug } = await params;
  if (slug === 'orion') redirect('/objects/m42');
  const object = objectBySlug(slug);
  if (!object) notFound();
  const drawn = new Date().toISOString();
  return (
    <>
      <h1>{object.name}</h1>
      <p>{object.note}</p>
      <small>
        Drawn at <time dateTime={drawn}>{drawn}</time>
      </small>
    </>
  );
}
