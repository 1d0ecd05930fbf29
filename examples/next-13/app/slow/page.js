import { Suspense } from 'react';

export const dynamic = 'force-dynamic';

async function Puncture() {
  await new Promise((resolve) => setTimeout(resolve, 120));
  return <p id="patch">Patched.</p>;
}

/** Streamed by a server; at the edge it arrives whole. */
export default function Slow() {
  return (
    <>
      <h1>Slow puncture</h1>
      <Suspense fallback={<p>Looking for bubbles…</p>}>
        <Puncture />
      </Suspense>
    </>
  );
}
