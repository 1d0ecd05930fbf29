import { cookies } from 'next/headers';

export const runtime = 'edge';

/** Rendered by the edge runtime. */
export default async function Gull({ params, searchParams }) {
  const { name } = await params;
  const { stolen = 'nothing' } = await searchParams;
  return (
    <>
      <h1>{name}</h1>
      <p id="stolen">Stole {stolen}.</p>
      <p id="lamp">{(await cookies()).get('lamp')?.value ?? 'none'}</p>
    </>
  );
}
