'use client';

export default function Failure({ reset }) {
  return (
    <>
      <h1>The mount has slipped.</h1>
      <button onClick={reset}>Try again</button>
    </>
  );
}
