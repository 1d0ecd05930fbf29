import Link from 'next/link';

export default function Almanac({ title, children }) {
  return (
    <>
      <p>
        <Link href="/">Harrow Hill Observatory</Link>
      </p>
      <h1>{title}</h1>
      {children}
    </>
  );
}
