'use client';

import { useActionState } from 'react';
import { weigh } from './actions';

export default function Scale() {
  const [grams, action] = useActionState(weigh, null);
  return (
    <form action={action} id="scale">
      <input name="pebbles" defaultValue="ooo" />
      <button>Weigh the pebbles</button>
      {grams !== null && <output id="grams">{grams} g</output>}
    </form>
  );
}
