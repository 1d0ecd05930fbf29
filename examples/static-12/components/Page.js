import Head from 'next/head';
import Link from 'next/link';
import styles from './Page.module.css';

export default function Page({ title, children }) {
  return (
    <div className={styles.page}>
      <Head>
        <title>{title ? `${title} · Reed & Rudder` : 'Reed & Rudder, boatbuilders'}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content="A small yard for wooden and steel narrowboats." />
      </Head>
      <header className={styles.header}>
        <Link href="/">
          <a className={styles.brand}>Reed &amp; Rudder</a>
        </Link>
        <nav aria-label="Main">
          <Link href="/yard">
            <a>The yard</a>
          </Link>
          <Link href="/yard/paint-shop">
            <a>Paint shop</a>
          </Link>
          <Link href="/contact">
            <a>Find us</a>
          </Link>
        </nav>
      </header>
      <main className={styles.main}>
        {title && <h1>{title}</h1>}
        {children}
      </main>
      <footer className={styles.footer}>Wharf Lane, by the third bridge. Built as plain files.</footer>
    </div>
  );
}
