export default function Lane() {
  return <h1>It is uphill from here.</h1>;
}
