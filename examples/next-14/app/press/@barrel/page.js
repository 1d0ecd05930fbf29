export default function Barrel() {
  return <section id="barrel">Barrel nine: do not open before May.</section>;
}
