export const generateStaticParams = () => [{ title: 'catch.22' }, { title: 'dune' }];

export default async function Book({ params }) {
  return <h1>{(await params).title}</h1>;
}
