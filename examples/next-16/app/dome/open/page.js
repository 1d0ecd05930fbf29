export default function Dome() {
  return <h1>The dome is open.</h1>;
}
