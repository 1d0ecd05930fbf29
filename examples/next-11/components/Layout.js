import Head from 'next/head';
import Link from 'next/link';
import styles from './Layout.module.css';

const links = [
  ['/moorings', 'Moorings'],
  ['/locks/hatton-flight', 'Locks'],
  ['/water-levels', 'Water levels'],
  ['/today', 'Today'],
  ['/journal', 'Journal'],
  ['/about', 'About'],
];

export default function Layout({ title, lead, children }) {
  return (
    <>
      <Head>
        <title>{title ? `${title} · The Long Cut` : 'The Long Cut'}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content="A slow guide to the canals, for people at four miles an hour." />
      </Head>
      <header className={styles.header}>
        <Link href="/">
          <a className={styles.brand}>
            <img src="/narrowboat.svg" alt="" width="44" height="28" />
            The Long Cut
          </a>
        </Link>
        <nav className={styles.nav} aria-label="Main">
          {links.map(([href, text]) => (
            <Link href={href} key={href}>
              <a>{text}</a>
            </Link>
          ))}
        </nav>
      </header>
      <main className={styles.main}>
        {title && <h1>{title}</h1>}
        {lead && <p className={styles.lead}>{lead}</p>}
        {children}
      </main>
      <footer className={styles.footer}>Four miles an hour, and no faster past moored boats.</footer>
    </>
  );
}
