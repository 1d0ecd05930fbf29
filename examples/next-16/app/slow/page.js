import { Suspense } from 'react';

export const dynamic = 'force-dynamic';

async function Guiding() {
  await new Promise((resolve) => setTimeout(resolve, 150));
  return <p id="guiding">Guide star found.</p>;
}

/** Streamed by a server; at the edge it arrives whole. */
export default function Slow() {
  return (
    <>
      <h1>Long exposure</h1>
      <Suspense fallback={<p>Looking for a guide star…</p>}>
        <Guiding />
      </Suspense>
    </>
  );
}
