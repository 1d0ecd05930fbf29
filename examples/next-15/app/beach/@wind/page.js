export default function Wind() {
  return <section id="wind">South-westerly, hold on to your hat.</section>;
}
