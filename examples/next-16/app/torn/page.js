export const dynamic = 'force-dynamic';

export default async function Torn({ searchParams }) {
  if ((await searchParams).fail) throw new Error('The drive belt is torn');
  return <h1>The drive runs.</h1>;
}
