export const metadata = { title: 'Washed away' };

export default function NotFound() {
  return <h1>It was here, and the sea took it back.</h1>;
}
