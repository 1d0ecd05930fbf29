import { notFound, redirect } from 'next/navigation';
import { findById, finds } from '../../../lib/finds';

export const revalidate = 18000;

export const generateStaticParams = () => finds.map(({ id }) => ({ id }));

export async function generateMetadata({ params }) {
  return { title: findById((await params).id)?.name };
}

export default async function Find({ params }) {
  const { id } = await params;
  if (id === 'shoe') redirect('/finds/boot');
  const find = findById(id);
  if (!find) notFound();
  const written = new Date().toISOString();
  return (
    <>
      <h1>{find.name}</h1>
      <p>{find.note}</p>
      <small>
        Label written at <time dateTime={written}>{written}</time>
      </small>
    </>
  );
}
