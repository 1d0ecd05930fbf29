import Link from 'next/link';

export default function Slip({ title, children }) {
  return (
    <>
      <p>
        <Link href="/">Quarrel Orchard</Link>
      </p>
      <h1>{title}</h1>
      {children}
    </>
  );
}
