export default function Tide() {
  return <section id="tide">Low water: seals on the bar.</section>;
}
