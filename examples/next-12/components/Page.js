import Head from 'next/head';
import Link from 'next/link';
import { useRouter } from 'next/router';
import { words } from '../lib/seeds';
import styles from './Page.module.css';

export default function Page({ title, children }) {
  const { locale, asPath } = useRouter();
  const text = words[locale] || words.en;
  return (
    <div className={styles.sheet}>
      <Head>
        <title>{title ? `${title} · ${text.title}` : text.title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
      </Head>
      <header className={styles.header}>
        <Link href="/"><a className={styles.brand}>{text.title}</a></Link>
        <nav>
          <Link href="/seeds"><a>{text.catalogue}</a></Link>
          <Link href="/plots"><a>{text.sun}</a></Link>
          <Link href="/basket"><a>{text.basket}</a></Link>
          <Link href={asPath} locale={locale === 'de' ? 'en' : 'de'}><a>{locale === 'de' ? 'English' : 'Deutsch'}</a></Link>
        </nav>
      </header>
      <main>
        {title && <h1>{title}</h1>}
        {children}
      </main>
    </div>
  );
}
