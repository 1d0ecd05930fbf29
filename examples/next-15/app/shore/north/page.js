export default function Shore() {
  return <h1>The north shore.</h1>;
}
