import Head from 'next/head';
import Link from 'next/link';
import styles from './Sheet.module.css';

const pages = [
  ['/harbours', 'Harbours'],
  ['/tides', 'Tides'],
  ['/charts/a-12', 'Charts'],
  ['/log', 'Log'],
  ['/bridge', 'Bridge'],
];

export default function Sheet({ title, lead, children }) {
  return (
    <div className={styles.sheet}>
      <Head>
        <title>{title ? `${title} · The Tide Clock` : 'The Tide Clock'}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
      </Head>
      <header className={styles.header}>
        <Link href="/">
          <a className={styles.brand}>
            <img src="/static/compass.svg" alt="" width="28" height="28" /> The Tide Clock
          </a>
        </Link>
        <nav className={styles.nav}>
          {pages.map(([href, label]) => (
            <Link href={href} key={href}>
              <a>{label}</a>
            </Link>
          ))}
        </nav>
      </header>
      <main>
        {title && <h1>{title}</h1>}
        {lead && <p className={styles.lead}>{lead}</p>}
        {children}
      </main>
    </div>
  );
}
