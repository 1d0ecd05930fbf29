export const metadata = { title: 'The press' };

export default function Press() {
  return <h1>Mind your fingers.</h1>;
}
