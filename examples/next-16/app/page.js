import Image from 'next/image';
import Link from 'next/link';

export default function Home() {
  return (
    <>
      <h1>The sky is on every clear night.</h1>
      <Image src="/plates/hill.jpg" alt="The dome under the stars" width={1200} height={675} sizes="100vw" style={{ width: '100%', height: 'auto' }} preload />
      <p>
        Come up the hill, or look at <Link href="/objects">what we look at</Link>.
      </p>
    </>
  );
}
