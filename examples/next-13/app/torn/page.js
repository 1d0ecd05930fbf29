export const dynamic = 'force-dynamic';

export default function Torn({ searchParams }) {
  if (searchParams.fail) throw new Error('The tyre is torn');
  return <h1>The tyre holds.</h1>;
}
