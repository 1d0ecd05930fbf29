export default function Wheel() {
  return <section id="wheel">Rear wheel: two millimetres out.</section>;
}
