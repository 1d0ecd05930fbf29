import Link from 'next/link';

export default function Shelves() {
  return <Link href="/books/catch.22">Books</Link>;
}
