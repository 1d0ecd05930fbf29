import Image from 'next/image';
import Link from 'next/link';

export default function Home() {
  return (
    <>
      <h1>Come for the apples. Stay for the argument.</h1>
      <Image src="/orchard/apples/rows.jpg" alt="Rows of apple trees in October" width={1200} height={675} sizes="100vw" priority />
      <p>
        We press on Saturdays. See <Link href="/apples">what grows here</Link>.
      </p>
    </>
  );
}
