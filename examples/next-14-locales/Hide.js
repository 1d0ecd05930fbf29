import Link from 'next/link';
import { useRouter } from 'next/router';
import { words } from './words';

const page = { margin: '3rem auto', maxWidth: '38rem', padding: '0 1.5rem', font: '1.1rem/1.6 Optima, Candara, sans-serif', color: '#20363c' };

export default function Hide({ title, children }) {
  const { locale, locales, asPath } = useRouter();
  return (
    <main lang={locale} style={page}>
      <nav style={{ display: 'flex', gap: '1rem', borderBottom: '2px solid #8fb3a5' }}>
        <Link href="/">{words[locale].hide}</Link>
        <Link href="/log">{words[locale].log}</Link>
        {locales.map((one) => (
          <Link key={one} href={asPath} locale={one}>
            {one}
          </Link>
        ))}
      </nav>
      <h1 style={{ fontWeight: 300 }}>{title}</h1>
      {children}
    </main>
  );
}
