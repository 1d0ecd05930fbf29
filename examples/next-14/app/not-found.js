export const metadata = { title: 'Windfall' };

export default function NotFound() {
  return <h1>Nothing on this branch.</h1>;
}
