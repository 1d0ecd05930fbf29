'use client';

export default function Failure({ reset }) {
  return (
    <>
      <h1>A wave came over the wall.</h1>
      <button onClick={reset}>Dry off and try again</button>
    </>
  );
}
