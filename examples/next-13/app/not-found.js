export const metadata = { title: 'Puncture' };

export default function NotFound() {
  return <h1>This road ends here.</h1>;
}
