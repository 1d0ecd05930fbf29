import Image from 'next/image';
import Link from 'next/link';

export default function Home() {
  return (
    <>
      <h1>Everything here came in on the tide.</h1>
      <Image src="/finds/beach.jpg" alt="The beach below the museum at low water" width={1200} height={675} sizes="100vw" priority />
      <p>
        Three rooms, one bench, and <Link href="/finds">what the sea gave back</Link>.
      </p>
    </>
  );
}
