export const metadata = { title: 'On the stand' };

export default function Stand() {
  return <h1>Hold this a moment.</h1>;
}
