export default function Grove() {
  return <h1>The grove is dry.</h1>;
}
