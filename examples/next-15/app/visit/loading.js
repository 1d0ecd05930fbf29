export default function Loading() {
  return <p>Finding the key…</p>;
}
