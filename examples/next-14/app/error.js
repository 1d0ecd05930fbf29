'use client';

export default function Failure({ reset }) {
  return (
    <>
      <h1>The press is stuck.</h1>
      <button onClick={reset}>Give it a kick</button>
    </>
  );
}
