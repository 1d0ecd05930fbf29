import { cookies, headers } from 'next/headers';
import { book } from './actions';
import Gears from './gears';

export const metadata = { title: 'Jobs' };

export default function Jobs() {
  const last = cookies().get('job')?.value;
  return (
    <>
      <h1>Jobs</h1>
      <p id="apron">{headers().get('x-apron')}</p>
      {last && <p id="job">{last}</p>}
      <form action={book} id="book">
        <input name="job" required defaultValue="Squeak, unknown origin" />
        <button>Book it in</button>
      </form>
      <Gears />
    </>
  );
}
