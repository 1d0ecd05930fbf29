import Link from 'next/link';
import './global.css';

export const metadata = {
  metadataBase: new URL('https://observatory.example'),
  title: { default: 'Harrow Hill Observatory', template: '%s · Harrow Hill Observatory' },
  description: 'One dome, one telescope, and tea in the hut.',
};

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        <header>
          <strong>Harrow Hill Observatory</strong>
          <Link href="/objects">Objects</Link>
          <Link href="/gallery">Gallery</Link>
          <Link href="/tonight">Tonight</Link>
          <Link href="/logbook">Logbook</Link>
          <Link href="/almanac">Almanac</Link>
        </header>
        <main>{children}</main>
      </body>
    </html>
  );
}
