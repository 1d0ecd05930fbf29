import Head from 'next/head';
import Link from 'next/link';
import { useRouter } from 'next/router';
import { words } from '../lib/road';
import styles from './Board.module.css';

export default function Board({ title, lead, children }) {
  const { locale = 'en', locales = [], asPath } = useRouter();
  const text = words[locale];
  return (
    <div className={styles.board}>
      <Head>
        <title>{title ? `${title} · ${text.title}` : text.title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
      </Head>
      <header className={styles.header}>
        <Link href="/">
          <a className={styles.brand}>{text.title}</a>
        </Link>
        <nav className={styles.nav}>
          {['inns', 'tonight', 'menu', 'about'].map((page) => (
            <Link href={`/${page}`} key={page}>
              <a>{text[page]}</a>
            </Link>
          ))}
          {locales
            .filter((one) => one !== locale)
            .map((one) => (
              <Link href={asPath} locale={one} key={one}>
                <a className={styles.locale}>{one}</a>
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
