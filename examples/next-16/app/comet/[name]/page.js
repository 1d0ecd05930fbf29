import { cookies } from 'next/headers';

export const runtime = 'edge';

/** Rendered by the edge runtime. */
export default async function Comet({ params, searchParams }) {
  const { name } = await params;
  const { year = 'some year' } = await searchParams;
  const lantern = (await cookies()).get('lantern')?.value ?? 'none';
  return (
    <main>
      <h1>Comet {name}</h1>
      <p id="year">Seen in {year}.</p>
      <p id="lantern">{lantern}</p>
    </main>
  );
}
