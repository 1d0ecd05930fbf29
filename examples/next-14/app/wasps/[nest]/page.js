import { cookies } from 'next/headers';

export const runtime = 'edge';

/** Rendered by the edge runtime. */
export default function Wasps({ params, searchParams }) {
  return (
    <>
      <h1>Nest {params.nest}</h1>
      <p id="stings">{searchParams.stings ?? 'No'} stings</p>
      <p id="mug">{cookies().get('mug')?.value ?? 'none'}</p>
    </>
  );
}
