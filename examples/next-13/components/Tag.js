import Link from 'next/link';

export default function Tag({ title, children }) {
  return (
    <>
      <p>
        <Link href="/">Spoke &amp; Fettle</Link>
      </p>
      <h1>{title}</h1>
      {children}
    </>
  );
}
