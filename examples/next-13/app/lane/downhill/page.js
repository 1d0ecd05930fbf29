export default function Lane() {
  return <h1>It is downhill from here.</h1>;
}
