export default function Grove() {
  return <h1>The grove is wet.</h1>;
}
