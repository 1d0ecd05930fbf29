import { useRouter } from 'next/router';
import Hide from '../Hide';
import { words } from '../words';

export default function Home() {
  const { locale } = useRouter();
  return <Hide title={words[locale].hide}>🪶</Hide>;
}
