import { cookies } from 'next/headers';

export const runtime = 'edge';

/** Rendered by the edge runtime. */
export default function Freewheel({ params, searchParams }) {
  return (
    <>
      <h1>Freewheel {params.gear}</h1>
      <p id="teeth">{searchParams.teeth ?? 'some'} teeth</p>
      <p id="apron">{cookies().get('apron')?.value ?? 'none'}</p>
    </>
  );
}
