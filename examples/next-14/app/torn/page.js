export const dynamic = 'force-dynamic';

export default function Torn({ searchParams }) {
  if (searchParams.fail) throw new Error('The cloth is torn');
  return <h1>The cloth holds.</h1>;
}
