export const metadata = { title: 'Clouded over' };

export default function NotFound() {
  return <h1>Nothing to see here: clouded over.</h1>;
}
