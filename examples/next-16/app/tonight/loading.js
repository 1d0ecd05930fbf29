export default function Loading() {
  return <p>Letting the eyes get used to the dark…</p>;
}
