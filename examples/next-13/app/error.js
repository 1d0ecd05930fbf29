'use client';

export default function Failure({ reset }) {
  return (
    <>
      <h1>The chain came off.</h1>
      <button onClick={reset}>Put it back on</button>
    </>
  );
}
