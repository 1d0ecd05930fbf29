export const dynamic = 'force-dynamic';

export default async function Torn({ searchParams }) {
  if ((await searchParams).fail) throw new Error('The net is torn');
  return <h1>The net holds.</h1>;
}
