import { Suspense } from 'react';

export const dynamic = 'force-dynamic';

async function Catch() {
  await new Promise((resolve) => setTimeout(resolve, 120));
  return <p id="catch">Two crabs.</p>;
}

/** Streamed by a server; at the edge it arrives whole. */
export default function Slow() {
  return (
    <>
      <h1>Pot line</h1>
      <Suspense fallback={<p>Hauling…</p>}>
        <Catch />
      </Suspense>
    </>
  );
}
