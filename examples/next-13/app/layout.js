import Link from 'next/link';
import './global.css';

export const metadata = {
  metadataBase: new URL('https://spoke.example'),
  title: { default: 'Spoke & Fettle', template: '%s | Spoke & Fettle' },
  description: 'You fix it, we pass the spanner.',
};

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        <nav>
          <Link href="/">S&F</Link>
          <Link href="/bikes">Bikes</Link>
          <Link href="/stand">On the stand</Link>
          <Link href="/jobs">Jobs</Link>
          <Link href="/counter">Counter</Link>
        </nav>
        <main>{children}</main>
      </body>
    </html>
  );
}
