import { cookies, headers } from 'next/headers';
import { write } from './actions';
import Scale from './scale';

export const metadata = { title: 'Keeper’s book' };

export default async function Keeper() {
  const last = (await cookies()).get('entry')?.value;
  return (
    <>
      <h1>Keeper’s book</h1>
      <p id="lamp">{(await headers()).get('x-lamp')}</p>
      {last && <p id="entry">{last}</p>}
      <form action={write} id="book">
        <input name="entry" required defaultValue="One boot, left" />
        <button>Write it down</button>
      </form>
      <Scale />
    </>
  );
}
