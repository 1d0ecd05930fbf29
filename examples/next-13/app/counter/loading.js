export default function Loading() {
  return <p>Wiping hands…</p>;
}
