import { cookies, headers } from 'next/headers';
import { write } from './actions';
import Gauge from './gauge';

export const metadata = { title: 'Cellar book' };

export default function Cellar() {
  const last = cookies().get('entry')?.value;
  return (
    <>
      <h1>Cellar book</h1>
      <p id="mug">{headers().get('x-mug')}</p>
      {last && <p id="entry">{last}</p>}
      <form action={write} id="book">
        <input name="entry" required defaultValue="Barrel nine, quiet" />
        <button>Write it down</button>
      </form>
      <Gauge />
    </>
  );
}
