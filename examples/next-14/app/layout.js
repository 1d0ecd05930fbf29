import Link from 'next/link';
import './global.css';

export const metadata = {
  metadataBase: new URL('https://quarrel.example'),
  title: { default: 'Quarrel Orchard', template: '%s — Quarrel Orchard' },
  description: 'Forty rows, one press, and a long table.',
};

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        <header>
          <Link href="/">Quarrel Orchard</Link>
          <ul>
            <li>
              <Link href="/apples">Apples</Link>
            </li>
            <li>
              <Link href="/press">The press</Link>
            </li>
            <li>
              <Link href="/cellar">Cellar book</Link>
            </li>
            <li>
              <Link href="/market">Market</Link>
            </li>
          </ul>
        </header>
        <main>{children}</main>
      </body>
    </html>
  );
}
