import { findById } from '../../../../lib/finds';

export default async function Label({ params }) {
  const { id } = await params;
  const find = findById(id);
  return (
    <dialog open id="label">
      <h2>{find?.name ?? 'Nothing of that name'}</h2>
      <p>{find?.note}</p>
    </dialog>
  );
}
