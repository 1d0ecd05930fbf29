import { objectBySlug } from '../../../../lib/objects';

export default async function Label({ params }) {
  const object = objectBySlug((await params).plate);
  return (
    <dialog open id="label">
      <h2>{object?.name ?? 'No such plate'}</h2>
      <p>{object?.note}</p>
    </dialog>
  );
}
