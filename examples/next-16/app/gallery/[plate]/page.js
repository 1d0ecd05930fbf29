import { notFound } from 'next/navigation';
import { objectBySlug } from '../../../lib/objects';

export default async function Plate({ params }) {
  const object = objectBySlug((await params).plate);
  if (!object) notFound();
  return <h1>The plate of {object.name}</h1>;
}
