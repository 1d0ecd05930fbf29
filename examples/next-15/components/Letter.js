import Link from 'next/link';

export default function Letter({ title, children }) {
  return (
    <>
      <p>
        <Link href="/">Tidewrack Museum</Link>
      </p>
      <h1>{title}</h1>
      {children}
    </>
  );
}
