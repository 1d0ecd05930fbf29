export default function NotFound() {
  return <h1>Not on our shelves</h1>;
}
