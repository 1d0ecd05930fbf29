export default function Chain() {
  return <section id="chain">Chain: boiled, twice.</section>;
}
