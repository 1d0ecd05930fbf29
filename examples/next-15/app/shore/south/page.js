export default function Shore() {
  return <h1>The south shore.</h1>;
}
