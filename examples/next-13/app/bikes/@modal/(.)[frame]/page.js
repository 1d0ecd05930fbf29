import { bikeByFrame } from '../../../../lib/bikes';

export default function Label({ params }) {
  const bike = bikeByFrame(params.frame);
  return (
    <dialog open id="label">
      <h2>{bike?.name ?? 'No such bicycle'}</h2>
      <p>{bike?.note}</p>
    </dialog>
  );
}
