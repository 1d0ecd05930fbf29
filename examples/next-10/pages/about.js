import { useRouter } from 'next/router';
import Board from '../components/Board';
import { words } from '../lib/road';

/** No data at all: the locale alone makes the difference. */
export default function About() {
  const { locale = 'en', defaultLocale } = useRouter();
  return (
    <Board title={words[locale].about} lead={words[locale].lead}>
      <p id="locale">
        {locale} of {defaultLocale}
      </p>
    </Board>
  );
}
