import Image from 'next/image';
import Link from 'next/link';

export default function Home() {
  return (
    <>
      <h1>You fix it. We pass the spanner.</h1>
      <Image src="/bikes/wall.jpg" alt="Bicycles on the workshop wall" width={1200} height={675} sizes="100vw" priority />
      <p>
        Open on Fridays. <Link href="/bikes">See what hangs on the wall</Link>.
      </p>
    </>
  );
}
