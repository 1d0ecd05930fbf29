export default function Loading() {
  return <p>Putting up the awning…</p>;
}
