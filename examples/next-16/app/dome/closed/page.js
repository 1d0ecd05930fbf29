export default function Dome() {
  return <h1>The dome is closed.</h1>;
}
