export const metadata = { title: 'Beach' };

export default function Beach() {
  return <h1>From the bench</h1>;
}
