import { appleBySlug } from '../../../../lib/apples';

export default function Label({ params }) {
  const apple = appleBySlug(params.slug);
  return (
    <dialog open id="label">
      <h2>{apple?.name ?? 'No such apple'}</h2>
      <p>{apple?.note}</p>
    </dialog>
  );
}
