export default function Vat() {
  return <section id="vat">Vat two: fizzing.</section>;
}
