import Link from 'next/link';
import './global.css';

export const metadata = {
  metadataBase: new URL('https://tidewrack.example'),
  title: { default: 'Tidewrack Museum', template: '%s · Tidewrack Museum' },
  description: 'Everything here was carried in by the sea.',
};

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        <header>
          <Link href="/" className="mark">
            Tidewrack
          </Link>
          <nav>
            <Link href="/finds">Finds</Link>
            <Link href="/beach">Beach</Link>
            <Link href="/keeper">Keeper’s book</Link>
            <Link href="/visit">Visit</Link>
          </nav>
        </header>
        <main>{children}</main>
        <footer>Open when the tide is out.</footer>
      </body>
    </html>
  );
}
