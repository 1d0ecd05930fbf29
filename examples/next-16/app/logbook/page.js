import { cookies, headers } from 'next/headers';
import { write } from './actions';
import Entry from './entry';

export const metadata = { title: 'Logbook' };

export default async function Logbook() {
  const last = (await cookies()).get('entry')?.value;
  return (
    <>
      <h1>Logbook</h1>
      <p id="lamp">{(await headers()).get('x-lantern')}</p>
      {last && <p id="entry">{last}</p>}
      <form action={write}>
        <input name="entry" required defaultValue="Saturn, steady air" />
        <button>Write it down</button>
      </form>
      <Entry />
    </>
  );
}
