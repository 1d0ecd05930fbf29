'use client';

import { useActionState } from 'react';
import { count } from './actions';

export default function Entry() {
  const [words, action] = useActionState(count, null);
  return (
    <form action={action}>
      <input name="words" defaultValue="clear sky" />
      <button>Count the words</button>
      {words !== null && <output id="words">{words}</output>}
    </form>
  );
}
