import { Suspense } from 'react';

export const dynamic = 'force-dynamic';

async function Juice() {
  await new Promise((resolve) => setTimeout(resolve, 120));
  return <p id="juice">Forty litres.</p>;
}

/** Streamed by a server; at the edge it arrives whole. */
export default function Slow() {
  return (
    <>
      <h1>Slow pressing</h1>
      <Suspense fallback={<p>Turning the screw…</p>}>
        <Juice />
      </Suspense>
    </>
  );
}
