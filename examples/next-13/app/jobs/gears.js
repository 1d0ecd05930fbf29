'use client';

import { experimental_useFormState as useFormState } from 'react-dom';
import { ratio } from './actions';

export default function Gears() {
  const [result, action] = useFormState(ratio, null);
  return (
    <form action={action} id="gears">
      <input name="front" defaultValue="48" /> : <input name="rear" defaultValue="16" />
      <button>Work out the gear</button>
      {result !== null && <output id="ratio">{result}</output>}
    </form>
  );
}
